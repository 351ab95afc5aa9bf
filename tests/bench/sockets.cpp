// tests/bench/sockets.cpp — Ten thousand sockets of five thousand people; a thousand people who talk; a storm.
#include "tests/bench/sockets.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "tests/bench/crowd.h"
#include "tests/bench/table.h"
#include "tests/bench/usage.h"
#include "tests/bench/wrk.h"

namespace billet::bench {
namespace {

constexpr std::size_t kPeople = 5'000;
constexpr std::size_t kTalkers = 1'000;
constexpr std::size_t kNginxSockets = 9'000;  // each takes two descriptors there, and one worker may get them all
constexpr double kAcceptRatioMax = 2.2;
constexpr double kConnectionBytesMax = 3072;
constexpr double kStormSecondsMax = 5;
constexpr std::uint64_t kEventsMissed = 2;
constexpr std::size_t kInFlight = 16;
constexpr std::chrono::seconds kPatience{60};

struct People {
    Site& site;
    std::vector<Account> accounts;
    std::vector<Pair> pairs;  // neighbours
};

Target straight(const Site& site) {
    return {.unix_path = site.socket("wsd-1")};
}

Target through_nginx(const Site& site) {
    return {.unix_path = {}, .port = site.port()};
}

std::string hello_of(const Account& account) {
    return R"({"type":"hello","payload":{"token":")" + account.token + R"("}})";
}

std::vector<std::string> hellos(const People& people, std::size_t count) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count; ++i) texts.push_back(hello_of(people.accounts[i % people.accounts.size()]));
    return texts;
}

// After a crowd has gone, the server has its descriptors to close.
void wait_until_empty(const Site& site, const std::string& service) {
    const auto open_files = [&] {
        std::size_t count = 0;
        for (const pid_t pid : site.pids(service)) {
            for ([[maybe_unused]] const auto& entry :
                 std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd"))
                ++count;
        }
        return count;
    };
    constexpr std::size_t kIdle = 250;
    for (const auto deadline = Clock::now() + kPatience; open_files() > kIdle;) {
        if (Clock::now() > deadline) give_up(service + " does not close its sockets");
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
}

double microseconds(std::chrono::nanoseconds time) {
    return static_cast<double>(time.count()) / 1000.0;
}

// --- Opening and idling -------------------------------------------------------------------------------------------

struct Opened {
    double wsd_us = 0;
    double all_us = 0;
};

Opened open_crowd(const Site& site, Crowd& crowd, const std::vector<std::string>& hellos) {
    const CpuWatch wsd(site.pids("wsd"));
    const CpuWatch all(site.all_pids());
    crowd.open(hellos);
    return {microseconds(wsd.used()), microseconds(all.used())};
}

void measure_opening(const People& people) {
    progress("opening 5,000 and 10,000 sockets");
    const Site& site = people.site;
    site.restart_wsd();
    Table table("Opening and idling: handshake and hello straight to billet-wsd's socket",
                {"what", "result", "target", ""});
    const std::uint64_t before = own_memory(site.pids("wsd"));
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
    const double bytes = (static_cast<double>(own_memory(site.pids("wsd"))) - static_cast<double>(before)) / count;
    table.row({"memory of an idle connection in wsd, 10,000 open, bytes", fixed(bytes, 0),
               "≤ " + fixed(kConnectionBytesMax, 0), verdict(bytes <= kConnectionBytesMax)});
    const CpuWatch idle(site.pids("wsd"));
    crowd.poll_until([] { return false; }, std::chrono::seconds{10});
    table.row({"CPU of wsd for 10,000 idle connections, ms per second", fixed(microseconds(idle.used()) / 10'000, 1),
               "", ""});
    crowd.close();
    wait_until_empty(site, "wsd");

    const std::uint64_t nginx_before = own_memory(site.pids("nginx"));
    Crowd behind(through_nginx(site));
    behind.open(hellos(people, kNginxSockets));
    const double nginx_bytes =
        (static_cast<double>(own_memory(site.pids("nginx"))) - static_cast<double>(nginx_before)) /
        static_cast<double>(behind.size());
    table.row({"memory of an idle connection in nginx, " + counted(kNginxSockets) + " open, bytes",
               fixed(nginx_bytes, 0), "", ""});
    behind.close();
    wait_until_empty(site, "wsd");
}

// --- Talking ------------------------------------------------------------------------------------------------------

// The people of the pairs send each other numbered messages over their sockets.
class Talk {
public:
    Talk(const People& people, Crowd& crowd) : people_(people), crowd_(crowd) {
        crowd_.on_frame([this](std::size_t, std::string_view text) { on_frame(text); });
    }
    ~Talk() { crowd_.on_frame({}); }
    Talk(const Talk&) = delete;
    Talk& operator=(const Talk&) = delete;

    // Always kInFlight messages under way; gives messages a second.
    double closed_loop(int seconds) {
        closed_ = true;
        const auto begun = Clock::now();
        for (std::size_t i = 0; i < kInFlight; ++i) send(begun);
        crowd_.poll_until([] { return false; }, std::chrono::seconds{seconds});
        const std::chrono::duration<double> taken = Clock::now() - begun;
        closed_ = false;
        const auto rate = static_cast<double>(latencies_.size()) / taken.count();
        settle();
        latencies_.clear();
        return rate;
    }

    // So many a second, whatever comes back; gives the latencies in ms, sorted, from the moment that each was due.
    std::vector<double> open_loop(double per_second, int seconds) {
        const auto begun = Clock::now();
        const auto total = static_cast<std::uint64_t>(per_second * seconds);
        for (std::uint64_t i = 0; i < total; ++i) {
            const auto due =
                begun + std::chrono::nanoseconds{static_cast<std::int64_t>(1e9 * static_cast<double>(i) / per_second)};
            for (auto now = Clock::now(); now < due; now = Clock::now()) crowd_.poll(due - now);
            crowd_.poll({});
            send(due);
        }
        settle();
        std::ranges::sort(latencies_);
        return std::exchange(latencies_, {});
    }

private:
    const People& people_;
    Crowd& crowd_;
    bool closed_ = false;
    std::vector<Clock::time_point> due_;  // by the number in the message
    std::vector<double> latencies_;

    void send(Clock::time_point due) {
        const std::size_t number = due_.size();
        const Pair& pair = people_.pairs[number % (kTalkers / 2)];
        due_.push_back(due);
        crowd_.send(number / (kTalkers / 2) % 2 == 0 ? pair.one : pair.other,
                    R"({"type":"chat_message","id":"1","payload":{"room_id":)" + std::to_string(pair.room.value) +
                        R"(,"content":"number )" + std::to_string(number) + R"( of the benchmark's messages"}})");
    }

    // The receiver's event; the sender's ack comes as another type.
    void on_frame(std::string_view text) {
        if (text.starts_with(R"({"type":"error")")) give_up("a send was refused: " + std::string(text));
        constexpr std::string_view kMark = "\"number ";
        const std::size_t mark = text.find(kMark);
        if (!text.starts_with(R"({"type":"chat_message")") || mark == std::string_view::npos) return;
        const auto number = std::strtoull(text.data() + mark + kMark.size(), nullptr, 10);
        if (number >= due_.size()) give_up("a frame that nobody sent: " + std::string(text));
        latencies_.push_back(microseconds(Clock::now() - due_[number]) / 1000.0);
        if (closed_) send(Clock::now());
    }

    // Until everything sent has arrived.
    void settle() {
        if (!crowd_.poll_until([this] { return latencies_.size() >= due_.size(); }, kPatience))
            give_up(counted(latencies_.size()) + " of " + counted(due_.size()) + " messages have arrived");
        due_.clear();
    }
};

void measure_talking(const People& people, int seconds) {
    progress("1,000 people talk");
    const Site& site = people.site;
    Crowd crowd(straight(site));
    crowd.open(hellos(people, kTalkers));
    Table table("Talking: 1,000 users with one socket each, straight to billet-wsd's socket",
                {"what", "result", "target", ""});

    std::vector<Request> sends;
    for (std::size_t i = 0; i < kTalkers / 2; ++i)
        sends.push_back(
            {people.accounts[people.pairs[i].one].token, "/send/" + std::to_string(people.pairs[i].room.value)});
    Load posted;
    const std::uint64_t frames_before = crowd.frames();
    {
        std::jthread reading([&crowd](const std::stop_token& stop) {
            while (!stop.stop_requested()) crowd.poll(std::chrono::milliseconds{10});
        });
        posted = load(site, sends, 8, seconds);
        std::this_thread::sleep_for(std::chrono::milliseconds{500});
    }
    const auto delivered = static_cast<double>(crowd.frames() - frames_before);
    table.row({"REST send to two sockets: CPU of wsd a delivered frame, µs", fixed(posted.cpu_us["wsd"] / delivered, 1),
               "", ""});
    table.row({"REST send to two sockets: CPU of all processes a send, µs", fixed(posted.cpu_us_each(), 0), "", ""});

    Talk talk(people, crowd);
    const CpuWatch wsd(site.pids("wsd"));
    const CpuWatch all(site.all_pids());
    const double capacity = talk.closed_loop(seconds);
    const double sent = capacity * seconds;
    table.row({"socket send, 16 in flight: messages a second (100 % load)", fixed(capacity, 0), "", ""});
    table.row({"socket send: CPU of wsd a message (send, ack, delivery), µs", fixed(microseconds(wsd.used()) / sent, 0),
               "", ""});
    table.row({"socket send: CPU of all processes a message, µs", fixed(microseconds(all.used()) / sent, 0), "≤ 1200",
               verdict(microseconds(all.used()) / sent <= 1200)});
    for (const int percent : {10, 50}) {
        const auto latencies = talk.open_loop(capacity * percent / 100, seconds);
        const auto at = [&](double share) {
            return latencies[static_cast<std::size_t>(share * static_cast<double>(latencies.size() - 1))];
        };
        table.row({"send to receive at " + std::to_string(percent) + " % load, ms: p50", fixed(at(0.5), 2), "", ""});
        table.row({"send to receive at " + std::to_string(percent) + " % load, ms: p99", fixed(at(0.99), 2), "", ""});
    }
    crowd.close();
    wait_until_empty(site, "wsd");
}

// --- The storm ----------------------------------------------------------------------------------------------------

void measure_storm(const People& people) {
    progress("5,000 clients come back at once");
    const Site& site = people.site;
    const std::string epoch = people.site.epoch();
    std::vector<std::string> resumes;
    for (const Account& account : people.accounts) {
        const std::uint64_t cursor = people.site.head(account.card.id).value - kEventsMissed;
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

void measure_sockets(Site& site, int seconds) {
    progress("making " + counted(kPeople) + " people");
    People people{site, site.make_accounts(kPeople, "socket"), {}};
    people.pairs = site.make_pairs(people.accounts, 2 * kPeople);
    site.give_tokens(people.accounts, 0, kPeople);
    measure_opening(people);
    measure_talking(people, seconds);
    measure_storm(people);
}

}  // namespace billet::bench
