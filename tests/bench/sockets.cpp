// tests/bench/sockets.cpp — Ten thousand sockets of five thousand people; a thousand people who
// talk; a storm.
#include "tests/bench/sockets.h"

#include <cstdint>
#include <thread>

#include "tests/bench/database.h"
#include "tests/bench/opening.h"
#include "tests/bench/requests.h"
#include "tests/bench/statistics.h"
#include "tests/bench/table.h"
#include "tests/bench/talk.h"
#include "tests/bench/usage.h"
#include "tests/bench/wrk.h"

namespace billet::bench {
namespace {

constexpr std::size_t kPeople = 5'000;
constexpr std::size_t kTalkers = 1'000;
// Each takes two descriptors there, and one worker may get them all.
constexpr std::size_t kNginxSockets = 9'000;
constexpr double kAcceptRatioMax = 2.2;
constexpr double kConnectionBytesMax = 3072;
constexpr double kStormSecondsMax = 5;
constexpr std::uint64_t kEventsMissed = 2;
constexpr std::size_t kInFlight = 16;
constexpr std::chrono::seconds kPatience{60};

// --- Opening and idling --------------------------------------------------------------------------

void measure_opening(const Site& site, const People& people) {
    progress("opening 5,000 and 10,000 sockets");
    site.restart_wsd();
    Table table("Opening and idling: handshake and hello straight to billet-wsd's socket",
                {"what", "result", "target", ""});
    const MemoryWatch memory(site.pids("wsd"));
    Opened half;
    {
        Crowd crowd(straight(site));
        half = open_crowd(site, crowd, hellos(people, kPeople));
    }
    wait_until_empty(site, "wsd");
    Crowd crowd(straight(site));
    const Opened whole = open_crowd(site, crowd, hellos(people, 2 * kPeople));
    const auto count = static_cast<double>(crowd.size());
    table.row({"CPU of wsd to open one of 5,000, µs", fixed(half.wsd_us / static_cast<double>(kPeople), 0), "", ""});
    table.row({"CPU of wsd to open one of 10,000, µs", fixed(whole.wsd_us / count, 0), "", ""});
    const double ratio = whole.wsd_us / half.wsd_us;
    table.row({"CPU of wsd to open 10,000 against 5,000", fixed(ratio, 2), "≤ " + fixed(kAcceptRatioMax, 1),
               verdict(ratio <= kAcceptRatioMax)});
    table.row({"CPU of all processes to open one of 10,000, µs", fixed(whole.all_us / count, 0), "", ""});
    const double bytes = memory.grown() / count;
    table.row({"memory of an idle connection in wsd, 10,000 open, bytes", fixed(bytes, 0),
               "≤ " + fixed(kConnectionBytesMax, 0), verdict(bytes <= kConnectionBytesMax)});
    const CpuWatch idle(site.pids("wsd"));
    crowd.poll_until([] { return false; }, std::chrono::seconds{10});
    table.row({"CPU of wsd for 10,000 idle connections, ms per second", fixed(microseconds(idle.used()) / 10'000, 1),
               "", ""});
    crowd.close();
    wait_until_empty(site, "wsd");

    const MemoryWatch nginx_memory(site.pids("nginx"));
    Crowd behind(through_nginx(site));
    behind.open(hellos(people, kNginxSockets));
    table.row({"memory of an idle connection in nginx, " + counted(kNginxSockets) + " open, bytes",
               fixed(nginx_memory.grown() / static_cast<double>(behind.size()), 0), "", ""});
    behind.close();
    wait_until_empty(site, "wsd");
}

// --- Talking -------------------------------------------------------------------------------------

void measure_talking(const Site& site, const People& talkers, int seconds) {
    progress("1,000 people talk");
    Crowd crowd(straight(site));
    crowd.open(hellos(talkers, kTalkers));
    Table table("Talking: 1,000 users with one socket each, straight to billet-wsd's socket",
                {"what", "result", "target", ""});

    Load posted;
    const std::uint64_t frames_before = crowd.frames();
    {
        const Reading reading(crowd);
        posted = load(site, sends(talkers), 8, seconds);
        std::this_thread::sleep_for(std::chrono::milliseconds{500});
    }
    const auto delivered = static_cast<double>(crowd.frames() - frames_before);
    table.row({"REST send to two sockets: CPU of wsd a delivered frame, µs", fixed(posted.cpu_us["wsd"] / delivered, 1),
               "", ""});
    table.row({"REST send to two sockets: CPU of all processes a send, µs", fixed(posted.cpu_us_each(), 0), "", ""});

    Talk talk(talkers, crowd);
    const CpuWatch wsd(site.pids("wsd"));
    const CpuWatch all(site.all_pids());
    const Exchange exchange = talk.closed_loop(kInFlight, seconds);
    const auto sent = static_cast<double>(exchange.messages);
    table.row({"socket send, 16 in flight: messages a second (100 % load)", fixed(exchange.per_second, 0), "", ""});
    table.row({"socket send: CPU of wsd a message (send, ack, delivery), µs", fixed(microseconds(wsd.used()) / sent, 0),
               "", ""});
    table.row({"socket send: CPU of all processes a message, µs", fixed(microseconds(all.used()) / sent, 0), "≤ 1200",
               verdict(microseconds(all.used()) / sent <= 1200)});
    for (const int percent : {10, 50}) {
        const auto latencies = talk.open_loop(exchange.per_second * percent / 100, seconds);
        const std::string name = "send to receive at " + std::to_string(percent) + " % load, ms: p";
        table.row({name + "50", fixed(quantile(latencies, 0.5), 2), "", ""});
        table.row({name + "99", fixed(quantile(latencies, 0.99), 2), "", ""});
    }
    crowd.close();
    wait_until_empty(site, "wsd");
}

// --- The storm -----------------------------------------------------------------------------------

void measure_storm(const Site& site, Database& database, const People& people) {
    progress("5,000 clients come back at once");
    const std::string epoch = database.epoch();
    std::vector<std::string> resumes;
    for (const Account& account : people.accounts) {
        const std::uint64_t cursor = database.head(account.card.id).value - kEventsMissed;
        resumes.push_back(R"({"type":"hello","payload":{"token":")" + account.token + R"(","cursor":)" +
                          std::to_string(cursor) + R"(,"epoch":")" + epoch + R"("}})");
    }
    {
        Crowd crowd(through_nginx(site));
        crowd.open(hellos(people, kPeople));
    }
    wait_until_empty(site, "wsd");
    const CpuWatch wsd(site.pids("wsd"));
    const CpuWatch all(site.all_pids());
    Crowd crowd(through_nginx(site));
    const auto begun = Clock::now();
    crowd.open(resumes, resumes.size());
    if (!crowd.poll_until([&] { return crowd.frames() >= kEventsMissed * kPeople; }, kPatience))
        give_up("not all missed events have arrived");
    const std::chrono::duration<double> taken = Clock::now() - begun;
    Table table("Storm: 5,000 clients, cut off together, resume through nginx with two events missed each",
                {"what", "result", "target", ""});
    table.row({"all are welcome and have their events, s", fixed(taken.count(), 2), "≤ " + fixed(kStormSecondsMax, 0),
               verdict(taken.count() <= kStormSecondsMax)});
    table.row({"CPU of wsd a client, µs", fixed(microseconds(wsd.used()) / kPeople, 0), "", ""});
    table.row({"CPU of all processes a client, µs", fixed(microseconds(all.used()) / kPeople, 0), "", ""});
}

}  // namespace

void measure_sockets(const Site& site, int seconds) {
    progress("making " + counted(kPeople) + " people");
    Database database(site);
    const People people = database.make_people(kPeople, "socket", 2 * kPeople);
    measure_opening(site, people);
    measure_talking(site, people.first(kTalkers), seconds);
    measure_storm(site, database, people);
}

}  // namespace billet::bench
