// tests/bench/units.cpp — One line a unit, and how those are measured that wrk does not.
#include "tests/bench/units.h"

#include <algorithm>
#include <cstdint>

#include "tests/bench/broadcast.h"
#include "tests/bench/opening.h"
#include "tests/bench/requests.h"
#include "tests/bench/statistics.h"
#include "tests/bench/table.h"
#include "tests/bench/talk.h"
#include "tests/bench/usage.h"
#include "tests/bench/wrk.h"

namespace billet::bench {
namespace {

constexpr int kPageClients = 8;
constexpr std::size_t kTalkers = 1'000;
constexpr std::size_t kSockets = 4'000;
constexpr std::size_t kReaders = 1'000;
constexpr std::uint64_t kPublications = 100;
constexpr int kLogIns = 24;
constexpr std::size_t kFullLoad = 16;  // messages under way
constexpr double kHalf = 0.5;

using Numbers = std::vector<double>;

// --- By wrk --------------------------------------------------------------------------------------

Numbers cpu_of(const Site& site, const std::vector<Request>& requests, int seconds) {
    return {load(site, requests, kPageClients, seconds).cpu_us_each()};
}

Numbers log_in(const Site& site, const Population& population, int) {
    tests::Http http(site.base_url());
    const auto enter = [&](const Login& login) {
        const auto reply = http.post("/auth/login", "", login.json());
        if (reply.status != 200) give_up("a log-in was answered " + std::to_string(reply.status) + " " + reply.body);
    };
    enter(population.logins.front());
    const CpuWatch all(site.all_pids());
    for (std::size_t i = 0; i < kLogIns; ++i) enter(population.logins[i % population.logins.size()]);
    return {microseconds(all.used()) / kLogIns};
}

// --- By sockets ----------------------------------------------------------------------------------

// A thousand people with a socket each, and what they say to each other.
struct Circle {
    People people;
    Crowd crowd;
    Talk talk;

    Circle(const Site& site, const Population& population)
        : people(population.talkers.first(kTalkers)), crowd(straight(site)), talk(people, crowd) {
        crowd.open(hellos(people, kTalkers));
    }
};

Numbers cpu_of_talk(const Site& site, const Population& population, std::size_t in_flight, int seconds) {
    Circle circle(site, population);
    const CpuWatch all(site.all_pids());
    const Exchange exchange = circle.talk.closed_loop(in_flight, seconds);
    return {microseconds(all.used()) / static_cast<double>(exchange.messages)};
}

Numbers send_to_receive(const Site& site, const Population& population, int seconds) {
    Circle circle(site, population);
    const double full = circle.talk.closed_loop(kFullLoad, std::max(1, seconds / 2)).per_second;
    const auto latencies = circle.talk.open_loop(full * kHalf, seconds);
    return {quantile(latencies, 0.5), quantile(latencies, 0.99)};
}

// Of one socket of a crowd: CPU of all processes and of billet-wsd, µs; memory of the service,
// which has just been started, bytes.
Numbers open_and_weigh(const Site& site, const People& people, const Target& target, const std::string& service) {
    const MemoryWatch memory(site.pids(service));
    Crowd crowd(target);
    const Opened opened = open_crowd(site, crowd, hellos(people, kSockets));
    const double bytes = memory.grown();
    crowd.close();
    wait_until_empty(site, "wsd");
    constexpr auto kCount = static_cast<double>(kSockets);
    return {opened.all_us / kCount, opened.wsd_us / kCount, bytes / kCount};
}

Numbers open_straight(const Site& site, const Population& population, int) {
    wait_until_empty(site, "wsd");
    site.restart_wsd();
    return open_and_weigh(site, population.talkers, straight(site), "wsd");
}

Numbers open_through_nginx(const Site& site, const Population& population, int) {
    site.restart_nginx();
    return open_and_weigh(site, population.talkers, through_nginx(site), "nginx");
}

Numbers fan_out(const Site& site, const Population& population, int) {
    tests::Http http(site.base_url());
    const Server server = billet_server(site, http, population.talkers.first(2));
    Crowd crowd(server.target);
    crowd.open(std::vector<std::string>(kReaders, server.hello));
    const Reading reading(crowd);
    publish(server, crowd, {}, 2);  // warms up
    const CpuWatch wsd(server.pids);
    const CpuWatch all(site.all_pids());
    publish(server, crowd, {}, kPublications);
    constexpr auto kFrames = static_cast<double>(kPublications * kReaders);
    return {microseconds(all.used()) / kFrames, microseconds(wsd.used()) / kFrames};
}

// --- The list ------------------------------------------------------------------------------------

// With a latency beside its cost, or none.
Unit sending(int clients, std::vector<Row> latencies = {}, double Load::*latency = nullptr) {
    const std::string number = std::to_string(clients);
    Unit unit{"send-" + number, std::move(latencies), {}};
    unit.rows.insert(unit.rows.begin(),
                     {unit.key, "durable send, " + number + (clients == 1 ? " client" : " clients") + ", µs"});
    unit.measure = [clients, latency](const Site& site, const Population& population, int seconds) {
        const Load load = bench::load(site, sends(population.writers), clients, seconds);
        Numbers numbers{load.cpu_us_each()};
        if (latency != nullptr) numbers.push_back(load.*latency);
        return numbers;
    };
    return unit;
}

Unit talking(std::size_t in_flight) {
    const std::string number = std::to_string(in_flight);
    return {"socket-" + number,
            {{"socket-" + number, "send by socket, " + number + " in flight, µs"}},
            [in_flight](const Site& site, const Population& population, int seconds) {
                return cpu_of_talk(site, population, in_flight, seconds);
            }};
}

// A request that eight clients ask for.
Unit asking(const std::string& key, const std::string& title,
            const std::function<std::vector<Request>(const Population&)>& requests) {
    return {key,
            {{key, title + ", 8 clients, µs"}},
            [requests](const Site& site, const Population& population, int seconds) {
                return cpu_of(site, requests(population), seconds);
            }};
}

std::vector<Unit> all_units() {
    return {
        sending(128),
        sending(32, {{"send-32-p99", "durable send, 32 clients: p99, ms", 1}}, &Load::p99_ms),
        sending(8),
        sending(1, {{"send-1-p50", "durable send, 1 client: p50, ms", 2}}, &Load::p50_ms),
        talking(64),
        talking(1),
        {"latency",
         {{"latency-p50", "send to receive at half load: p50", 0, Shown::kRatio},
          {"latency-p99", "send to receive at half load: p99", 0, Shown::kRatio}},
         send_to_receive},
        asking("history", "history, newest 50 messages",
               [](const Population& all) { return newest_pages(all.writers); }),
        asking("rooms", "list of 50 rooms of 10,000",
               [](const Population& all) { return std::vector{room_page(all.sociable, 50)}; }),
        asking("sync", "sync, 50 events", [](const Population& all) { return sync_pages(all.writers, all.epoch); }),
        asking("me", "GET /users/me", [](const Population& all) { return own_accounts(all.writers); }),
        asking("healthz", "healthz", [](const Population& all) { return healthz(all.writers); }),
        {"login", {{"login", "log-in, µs"}}, log_in},
        {"open",
         {{"open", "opening a socket, µs"},
          {"open-wsd", "opening a socket: billet-wsd alone, µs"},
          {"memory-wsd", "idle memory a socket in billet-wsd, bytes"}},
         open_straight},
        {"open-nginx",
         {{"open-nginx", "opening a socket through nginx, µs"},
          {"open-nginx-wsd", "opening a socket through nginx: billet-wsd alone, µs"},
          {"memory-nginx", "idle memory a socket in nginx, bytes"}},
         open_through_nginx},
        {"fanout",
         {{"fanout", "fan-out to 1,000 readers, a frame, µs", 2},
          {"fanout-wsd", "fan-out to 1,000 readers, a frame: billet-wsd alone, µs", 2}},
         fan_out},
    };
}

}  // namespace

const std::vector<Unit>& units() {
    static const std::vector<Unit> kUnits = all_units();
    return kUnits;
}

const Unit& unit_named(const std::string& key) {
    const auto found = std::ranges::find(units(), key, &Unit::key);
    if (found == units().end()) give_up("no unit is named " + key);
    return *found;
}

}  // namespace billet::bench
