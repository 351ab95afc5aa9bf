// tests/bench/rest.cpp — Sends and pages under wrk; then the same page from two heaps of data by
// turns, since only their ratio means something.
#include "tests/bench/rest.h"

#include <algorithm>
#include <cstdint>

#include "tests/bench/database.h"
#include "tests/bench/requests.h"
#include "tests/bench/statistics.h"
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

// A stack with people in it.
struct Heap {
    const Site& site;
    Database& database;
    People people;
    std::string epoch;

    std::string size() const { return counted(people.messages_per_room * kPairs); }
};

Heap make_heap(const Site& site, Database& database, std::uint64_t messages) {
    return {site, database, database.make_people(2 * kPairs, "pair", messages), database.epoch()};
}

std::string whole(double value) {
    return fixed(value, 0);
}

void cost_row(Table& table, const std::string& name, const Load& load, double target_ms) {
    table.row({name, whole(load.cpu_us_each()), whole(load.cpu_us_each("api")), whole(load.cpu_us_each("nginx")),
               whole(load.cpu_us_each("mariadb")), whole(load.cpu_us_each("redis")), fixed(load.p50_ms, 1),
               fixed(load.p99_ms, 1), target_ms > 0 ? "≤ " + whole(target_ms * 1000) : "",
               target_ms > 0 ? verdict(load.cpu_us_each() <= target_ms * 1000) : ""});
}

void measure_costs(Heap& heap, const Account& sociable, int seconds) {
    Table table("Requests: CPU in µs each, by process; latency in ms",
                {"request (" + heap.size() + " messages in the database)", "all", "api", "nginx", "mariadb", "redis",
                 "p50", "p99", "target", ""});
    const People& people = heap.people;
    load(heap.site, sends(people), kPageClients, 1);  // warms up
    // What this machine takes for any request at all: to be seen beside the targets, which were set
    // on a faster one.
    cost_row(table, "healthz: nginx and a worker alone, 8 clients",
             load(heap.site, healthz(people), kPageClients, seconds), 0);
    for (const int clients : {1, 8, 32}) {
        const std::string name = "durable send, " + std::to_string(clients) + (clients == 1 ? " client" : " clients");
        cost_row(table, name, load(heap.site, sends(people), clients, seconds), kSendTargetMs);
    }
    cost_row(table, "history, newest 50 messages, 8 clients",
             load(heap.site, newest_pages(people), kPageClients, seconds), kPageTargetMs);
    cost_row(table, "list of 50 rooms of 10,000, 8 clients",
             load(heap.site, {room_page(sociable, 50)}, kPageClients, seconds), 0);
    cost_row(table, "sync, 50 events, 8 clients",
             load(heap.site, sync_pages(people, heap.epoch), kPageClients, seconds), 0);
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
    table.row({name, whole(median(few_us)), whole(median(many_us)), fixed(ratio, 2), "≤ " + fixed(kGrowthMax, 1),
               verdict(ratio <= kGrowthMax)});
}

void measure_growth(Heap& few, Heap& many, const Account& ten, const Account& thousands, int seconds) {
    Table table("Pages: CPU in µs over all processes, with few and with many",
                {"page of", "few", "many", "ratio", "target", ""});
    const std::string sizes = "; " + few.size() + " and " + many.size() + " messages";
    growth_row(table, "history, newest 50" + sizes, few.site, newest_pages(few.people), many.site,
               newest_pages(many.people), seconds);
    growth_row(table, "history, 50 in the middle" + sizes, few.site, middle_pages(few.people), many.site,
               middle_pages(many.people), seconds);
    growth_row(table, "sync, 50 events" + sizes, few.site, sync_pages(few.people, few.epoch), many.site,
               sync_pages(many.people, many.epoch), seconds);
    const std::string rooms = "; 10 and " + counted(kManyRooms) + " rooms of the user";
    growth_row(table, "list of 10 rooms" + rooms, many.site, {room_page(ten, 10)}, many.site,
               {room_page(thousands, 10)}, seconds);
    const auto sync_of = [&](const Account& account) -> std::vector<Request> {
        return {sync_page(account, many.database.head(account.card.id).value - 10, 10, many.epoch)};
    };
    growth_row(table, "sync, 10 events" + rooms, many.site, sync_of(ten), many.site, sync_of(thousands), seconds);
}

}  // namespace

void measure_rest(const Site& small, const Site& big, std::uint64_t messages, int seconds) {
    progress("filling the databases");
    Database small_database(small);
    Database big_database(big);
    Heap few = make_heap(small, small_database, kFewMessages);
    Heap many = make_heap(big, big_database, messages);
    const Account ten = big_database.make_sociable(10);
    const Account thousands = big_database.make_sociable(kManyRooms);
    progress("measuring pages");
    measure_growth(few, many, ten, thousands, std::max(1, seconds / 2));
    progress("measuring requests");
    measure_costs(many, thousands, seconds);
}

}  // namespace billet::bench
