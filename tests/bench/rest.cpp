// tests/bench/rest.cpp — Sends and pages under wrk; then the same page from two heaps of data by turns, since only their ratio means something.
#include "tests/bench/rest.h"

#include <algorithm>
#include <chrono>
#include <random>

#include "tests/bench/table.h"
#include "tests/bench/wrk.h"

namespace billet::bench {
namespace {

constexpr std::size_t kPairs = 64;
constexpr std::uint64_t kFewMessages = 10'000;
constexpr std::uint64_t kManyRooms = 10'000;
constexpr int kPageClients = 8;
constexpr int kRounds = 3;
constexpr double kSendTargetMs = 1.0;
constexpr double kPageTargetMs = 0.3;
constexpr double kGrowthMax = 1.2;

// People in pairs, with messages.
struct Heap {
    Site& site;
    std::vector<Account> accounts;
    std::vector<Pair> pairs;
    std::uint64_t messages_per_room = 0;
};

Heap make_heap(Site& site, std::uint64_t messages) {
    Heap heap{site, site.make_accounts(2 * kPairs, "pair"), {}, messages / kPairs};
    const auto begun = std::chrono::steady_clock::now();
    heap.pairs = site.make_pairs(heap.accounts, messages);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
    progress(counted(messages) + " messages in " + fixed(taken.count(), 0) + " s");
    site.give_tokens(heap.accounts, 0, heap.accounts.size());
    return heap;
}

// Someone with so many rooms.
Account make_sociable(Site& site, std::size_t rooms) {
    std::vector<Account> own = site.make_accounts(1, "sociable");
    site.give_tokens(own, 0, 1);
    const std::vector<Account> peers = site.make_accounts(rooms, "peer");
    site.make_star(own.front(), peers);
    return own.front();
}

std::vector<Request> sends(const Heap& heap) {
    std::vector<Request> requests;
    for (const Pair& pair : heap.pairs) {
        requests.push_back({heap.accounts[pair.one].token, "/send/" + std::to_string(pair.room.value)});
        requests.push_back({heap.accounts[pair.other].token, "/send/" + std::to_string(pair.room.value)});
    }
    return requests;
}

std::string history_path(const Pair& pair, const std::string& position) {
    return "/chat/rooms/" + std::to_string(pair.room.value) + "/messages?limit=50" + position;
}

std::vector<Request> newest_pages(const Heap& heap) {
    std::vector<Request> requests;
    for (const Pair& pair : heap.pairs) requests.push_back({heap.accounts[pair.one].token, history_path(pair, "")});
    return requests;
}

std::vector<Request> middle_pages(const Heap& heap) {
    std::vector<Request> requests;
    for (const Pair& pair : heap.pairs) {
        const std::string seq = std::to_string(std::max<std::uint64_t>(52, heap.messages_per_room / 2));
        requests.push_back({heap.accounts[pair.one].token, history_path(pair, "&before_seq=" + seq)});
    }
    return requests;
}

std::vector<Request> sync_pages(Heap& heap) {
    std::vector<Request> requests;
    const std::string epoch = heap.site.epoch();
    for (const Pair& pair : heap.pairs) {
        const Account& account = heap.accounts[pair.one];
        // The last of the messages as they were loaded: no event of another type among the 50.
        const std::uint64_t from = heap.site.head(account.card.id).value - 60;
        requests.push_back({account.token, "/chat/sync?limit=50&cursor=" + std::to_string(from) + "&epoch=" + epoch});
    }
    return requests;
}

std::vector<Request> room_page(const Account& account, int limit) {
    return {{account.token, "/chat/rooms?limit=" + std::to_string(limit)}};
}

std::string microseconds(double value) {
    return fixed(value, 0);
}

void cost_row(Table& table, const std::string& name, const Load& load, double target_ms) {
    table.row({name, microseconds(load.cpu_us_each()), microseconds(load.cpu_us_each("api")),
               microseconds(load.cpu_us_each("nginx")), microseconds(load.cpu_us_each("mariadb")),
               microseconds(load.cpu_us_each("redis")), fixed(load.p50_ms, 1), fixed(load.p99_ms, 1),
               target_ms > 0 ? "≤ " + microseconds(target_ms * 1000) : "",
               target_ms > 0 ? verdict(load.cpu_us_each() <= target_ms * 1000) : ""});
}

void measure_costs(Heap& heap, const Account& sociable, int seconds) {
    Table table("Requests: CPU in µs each, by process; latency in ms",
                {"request (" + counted(heap.messages_per_room * kPairs) + " messages in the database)", "all", "api",
                 "nginx", "mariadb", "redis", "p50", "p99", "target", ""});
    load(heap.site, sends(heap), kPageClients, 1);  // warms up
    // What this machine takes for any request at all: to be seen beside the targets, which were set on a faster one.
    cost_row(table, "healthz: nginx and a worker alone, 8 clients",
             load(heap.site, {{heap.accounts[0].token, "/healthz"}}, kPageClients, seconds), 0);
    for (const int clients : {1, 8, 32}) {
        const std::string name = "durable send, " + std::to_string(clients) + (clients == 1 ? " client" : " clients");
        cost_row(table, name, load(heap.site, sends(heap), clients, seconds), kSendTargetMs);
    }
    cost_row(table, "history, newest 50 messages, 8 clients",
             load(heap.site, newest_pages(heap), kPageClients, seconds), kPageTargetMs);
    cost_row(table, "list of 50 rooms of 10,000, 8 clients",
             load(heap.site, room_page(sociable, 50), kPageClients, seconds), 0);
    cost_row(table, "sync, 50 events, 8 clients", load(heap.site, sync_pages(heap), kPageClients, seconds), 0);
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

// By turns, so that whatever else the machine does meets both.
void growth_row(Table& table, const std::string& name, const Site& few_site, const std::vector<Request>& few,
                const Site& many_site, const std::vector<Request>& many, int seconds) {
    std::vector<double> few_us;
    std::vector<double> many_us;
    for (int round = 0; round < kRounds; ++round) {
        few_us.push_back(load(few_site, few, kPageClients, seconds).cpu_us_each());
        many_us.push_back(load(many_site, many, kPageClients, seconds).cpu_us_each());
    }
    const double ratio = median(many_us) / median(few_us);
    table.row({name, microseconds(median(few_us)), microseconds(median(many_us)), fixed(ratio, 2),
               "≤ " + fixed(kGrowthMax, 1), verdict(ratio <= kGrowthMax)});
}

void measure_growth(Heap& few, Heap& many, const Account& ten, const Account& thousands, int seconds) {
    Table table("Pages: CPU in µs over all processes, with few and with many",
                {"page of", "few", "many", "ratio", "target", ""});
    const std::string sizes = "; " + counted(few.messages_per_room * kPairs) + " and " +
                              counted(many.messages_per_room * kPairs) + " messages";
    growth_row(table, "history, newest 50" + sizes, few.site, newest_pages(few), many.site, newest_pages(many),
               seconds);
    growth_row(table, "history, 50 in the middle" + sizes, few.site, middle_pages(few), many.site, middle_pages(many),
               seconds);
    growth_row(table, "sync, 50 events" + sizes, few.site, sync_pages(few), many.site, sync_pages(many), seconds);
    const std::string rooms = "; 10 and " + counted(kManyRooms) + " rooms of the user";
    growth_row(table, "list of 10 rooms" + rooms, many.site, room_page(ten, 10), many.site, room_page(thousands, 10),
               seconds);
    const auto sync_of = [&](const Account& account) -> std::vector<Request> {
        const std::uint64_t from = many.site.head(account.card.id).value - 10;
        return {{account.token, "/chat/sync?limit=10&cursor=" + std::to_string(from) + "&epoch=" + many.site.epoch()}};
    };
    growth_row(table, "sync, 10 events" + rooms, many.site, sync_of(ten), many.site, sync_of(thousands), seconds);
}

}  // namespace

void measure_rest(Site& small, Site& big, std::uint64_t messages, int seconds) {
    progress("filling the databases");
    Heap few = make_heap(small, kFewMessages);
    Heap many = make_heap(big, messages);
    const Account ten = make_sociable(big, 10);
    const Account thousands = make_sociable(big, kManyRooms);
    progress("measuring pages");
    measure_growth(few, many, ten, thousands, std::max(1, seconds / 2));
    progress("measuring requests");
    measure_costs(many, thousands, seconds);
}

}  // namespace billet::bench
