// tests/bench/fanout.cpp — The same bytes to the same crowd from each server, one publication at a
// time, twice around.
#include "tests/bench/fanout.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <thread>

#include "tests/bench/broadcast.h"
#include "tests/bench/child.h"
#include "tests/bench/database.h"
#include "tests/bench/table.h"
#include "tests/bench/usage.h"
#include "tests/support/http.h"

namespace billet::bench {
namespace {

constexpr std::uint64_t kFramesWanted = 300'000;  // of one measurement
constexpr int kRounds = 2;
constexpr double kFloorRatioMax = 1.3;

struct Cost {
    double cpu_us = 0;
    std::uint64_t frames = 0;
    double bytes_per_reader = 0;

    double us_each() const { return cpu_us / static_cast<double>(frames); }
};

// One of the servers that are compared.
struct Contestant {
    Server server;
    std::array<Cost, 2> costs;  // with 1,000 and with 10,000 readers
    MemoryWatch memory;         // since nobody had come
};

constexpr std::array<std::size_t, 2> kReaders = {1'000, 10'000};

// Blocking, one at a time, on a kept connection.
class Publisher {
public:
    explicit Publisher(const std::string& path) : fd_(connect_unix(path)) {
        if (fd_ < 0) give_up("nobody listens on " + path);
    }
    ~Publisher() { close(fd_); }
    Publisher(const Publisher&) = delete;
    Publisher& operator=(const Publisher&) = delete;

    // Sends, and waits for whatever is answered.
    void ask(const std::string& bytes) const {
        std::array<char, 4096> answer{};
        if (::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()) ||
            recv(fd_, answer.data(), answer.size(), 0) <= 0)
            give_up("a publication was not answered");
    }

private:
    int fd_;
};

std::string server_frame(const std::string& text) {
    std::string frame(1, static_cast<char>(0x81));
    frame += static_cast<char>(126);
    frame += static_cast<char>(text.size() >> 8U);
    frame += static_cast<char>(text.size() & 0xffU);
    return frame + text;
}

std::string post(const std::string& text) {
    return "POST /publish HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: " +
           std::to_string(text.size()) + "\r\n\r\n" + text;
}

// Adds one measurement to the costs. `text` is set to what the first server's readers got: the
// others send that.
void measure(Contestant& contestant, std::size_t size, std::string& text) {
    const Server& server = contestant.server;
    progress("fan-out to " + counted(kReaders[size]) + " readers of " + server.name);
    Cost& cost = contestant.costs[size];
    Crowd crowd(server.target);
    crowd.open(std::vector<std::string>(kReaders[size], server.hello));
    cost.bytes_per_reader = contestant.memory.grown() / static_cast<double>(kReaders[size]);
    if (text.empty()) crowd.on_frame([&text](std::size_t, std::string_view frame) { text = frame; });
    const Reading reading(crowd);
    publish(server, crowd, text, 2);  // warms up
    const std::uint64_t times = kFramesWanted / kReaders[size];
    const CpuWatch watch(server.pids);
    publish(server, crowd, text, times);
    cost.cpu_us += microseconds(watch.used());
    cost.frames += times * kReaders[size];
}

std::string own_path() {
    std::array<char, 4096> path{};
    const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
    return {path.data(), static_cast<std::size_t>(length)};
}

// The servers that are started here, with what keeps them alive.
struct Rivals {
    std::vector<std::unique_ptr<Child>> children;
    std::vector<std::unique_ptr<Publisher>> publishers;

    Server start(const std::string& name, const std::vector<std::string>& argv, const Target& target,
                 const std::string& publish_path, std::string (*wrap)(const std::string&)) {
        std::remove(publish_path.c_str());  // of an earlier run
        children.push_back(std::make_unique<Child>(name, argv));
        wait_for_socket(publish_path);
        publishers.push_back(std::make_unique<Publisher>(publish_path));
        return {.name = name,
                .pids = {children.back()->pid()},
                .target = target,
                .hello = {},
                .publish = [publisher = publishers.back().get(), wrap](const std::string& text) {
                    publisher->ask(wrap(text));
                }};
    }
};

std::string write_nchan_conf(const std::string& path) {
    const std::string conf = scratch() + "/nchan.conf";
    std::ofstream(conf)
        << "load_module /usr/lib/nginx/modules/ngx_nchan_module.so;\n"
        << "user root;\nmaster_process off;\nworker_rlimit_nofile 20000;\ndaemon off;\n"
        << "pid " << scratch() << "/nchan.pid;\nerror_log " << scratch() << "/nchan-error.log;\n"
        << "events { worker_connections 19000; }\n"
        << "http {\n  access_log off;\n  client_body_temp_path " << scratch() << "/nchan-body;\n"
        << "  server {\n    listen unix:" << path << " backlog=4096;\n    keepalive_requests 100000;\n"
        << "    location = /ws { nchan_subscriber websocket; nchan_channel_id 1; nchan_subscriber_first_message "
           "newest; }\n"
        << "    location = /publish { nchan_publisher http; nchan_channel_id 1; nchan_message_buffer_length 2; }\n"
        << "  }\n}\n";
    return conf;
}

// Billet's first, then the floor.
std::vector<Server> make_servers(const Server& billet, Rivals& rivals, Rivalry rivalry) {
    const char* folder = std::getenv("BENCH_DIR");
    const std::string floor = scratch() + "/floor.sock";
    const std::string ws = scratch() + "/ws.sock";
    const std::string nchan = scratch() + "/nchan.sock";
    std::vector<Server> servers;
    servers.push_back(billet);
    servers.push_back(rivals.start("raw send() floor", {own_path(), "floor", floor},
                                   {.unix_path = floor, .http_path = {}}, floor + ".publish", server_frame));
    if (rivalry == Rivalry::kFloor) return servers;
    servers.push_back(rivals.start(
        "ws on Node", {"node", std::string(folder != nullptr ? folder : "tests/bench") + "/ws_server.mjs", ws},
        {.unix_path = ws, .is_greeted = false}, ws, post));
    servers.push_back(rivals.start("nchan in nginx",
                                   {"nginx", "-c", write_nchan_conf(nchan), "-e", scratch() + "/nchan-error.log"},
                                   {.unix_path = nchan, .is_greeted = false}, nchan, post));
    return servers;
}

void cost_rows(const std::vector<Contestant>& contestants, std::size_t frame_bytes) {
    Table table("Fan-out: one publication to all readers, frames of " + std::to_string(frame_bytes) + " bytes",
                {"server, readers", "CPU µs a frame", "to the floor", "memory a reader, bytes", "target", ""});
    for (std::size_t size = 0; size < kReaders.size(); ++size) {
        const double floor = contestants[1].costs[size].us_each();
        for (const Contestant& contestant : contestants) {
            const Cost& cost = contestant.costs[size];
            const double ratio = cost.us_each() / floor;
            const bool ours = &contestant == contestants.data();
            table.row({contestant.server.name + ", " + counted(kReaders[size]), fixed(cost.us_each(), 2),
                       fixed(ratio, 2), size == 1 ? fixed(cost.bytes_per_reader, 0) : "",
                       ours ? "≤ " + fixed(kFloorRatioMax, 1) : "", ours ? verdict(ratio <= kFloorRatioMax) : ""});
        }
    }
}

// Calls by name, from strace's table.
std::map<std::string, double> read_strace(const std::string& path) {
    std::map<std::string, double> calls;
    std::ifstream file(path);
    std::string line;
    while (std::getline(file, line)) {
        std::istringstream words(line);
        std::vector<std::string> cells;
        for (std::string word; words >> word;) cells.push_back(word);
        if (cells.size() >= 5 && std::atof(cells[3].c_str()) > 0) calls[cells.back()] = std::atof(cells[3].c_str());
    }
    calls.erase("total");
    return calls;
}

void measure_system_calls(const Server& server, const std::string& text) {
    progress("system calls");
    Crowd crowd(server.target);
    crowd.open(std::vector<std::string>(kReaders[0], server.hello));
    const Reading reading(crowd);
    publish(server, crowd, text, 2);
    const std::string path = scratch() + "/strace.txt";
    constexpr std::uint64_t kTimes = 20;
    {
        Child strace("strace", {"strace", "-c", "-f", "-o", path, "-p", std::to_string(server.pids.front())});
        std::this_thread::sleep_for(std::chrono::seconds{1});
        publish(server, crowd, text, kTimes);
        strace.interrupt();
    }
    const auto calls = read_strace(path);
    const double frames = static_cast<double>(kTimes * kReaders[0]);
    const auto each = [&](std::initializer_list<const char*> names) {
        double sum = 0;
        for (const char* name : names) {
            if (const auto found = calls.find(name); found != calls.end()) sum += found->second;
        }
        return sum / frames;
    };
    const double sends = each({"send", "sendto", "sendmsg", "write", "writev"});
    double all = 0;
    for (const auto& [name, count] : calls) all += count / frames;
    Table table("System calls of billet-wsd for a delivered frame, 1,000 readers that keep up",
                {"call", "each", "target", ""});
    table.row({"send, write", fixed(sends, 3), "≤ 1.01", verdict(sends >= 0.99 && sends <= 1.01)});
    table.row({"epoll_ctl", fixed(each({"epoll_ctl"}), 3), "≤ 0.01", verdict(each({"epoll_ctl"}) <= 0.01)});
    table.row({"all", fixed(all, 3), "≤ 1.1", verdict(all <= 1.1)});
}

}  // namespace

void measure_fanout(const Site& site, Rivalry rivalry) {
    site.restart_wsd();
    tests::Http http(site.base_url());
    Rivals rivals;
    const Server billet = billet_server(site, http, Database(site).make_people(2, "fan", 0));
    std::vector<Contestant> contestants;
    for (const Server& server : make_servers(billet, rivals, rivalry))
        contestants.push_back({server, {}, MemoryWatch(server.pids)});
    std::string text;
    for (std::size_t size = 0; size < kReaders.size(); ++size) {
        for (int round = 0; round < kRounds; ++round) {
            for (Contestant& contestant : contestants) measure(contestant, size, text);
        }
    }
    cost_rows(contestants, text.size());
    measure_system_calls(contestants.front().server, text);
}

}  // namespace billet::bench
