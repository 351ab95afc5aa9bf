// tests/unit/fcgi_workers.cpp — ConnectionPool, workers and hashers on real sockets: who waits for
// whom.
#include "fcgi/worker.h"
#include "lib/base/unix_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "lib/base/config/api.h"
#include "lib/chat/rooms.h"
#include "lib/fastcgi/reply.h"
#include "lib/fastcgi/request.h"
#include "tests/fakes/fake_ports.h"
#include "tests/unit/scratch_folder.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::fcgi;
using fastcgi::ReplyReader;

namespace {

constexpr int kPatienceMs = 30000;

// Hashes once the gate is open.
class GatedPasswords : public chat::Passwords {
public:
    Result<std::string> hash(std::string_view) override {
        pass();
        return std::string("hash");
    }
    Result<bool> verify(std::string_view, std::string_view) override {
        pass();
        return false;
    }
    bool is_outdated(std::string_view) const override { return false; }
    void open() {
        const std::scoped_lock lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    // How many hashes have begun; waits until it is so.
    bool wait_for(int begun) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::milliseconds{kPatienceMs}, [&] { return begun_ >= begun; });
    }
    int begun() {
        const std::scoped_lock lock(mutex_);
        return begun_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
    int begun_ = 0;

    void pass() {
        std::unique_lock lock(mutex_);
        ++begun_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
    }
};

class NoProbe : public Probe {
public:
    Seen look() override { return {}; }
};

// A connection of nginx's or wsd's.
class Client {
public:
    explicit Client(const std::string& path) : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        CHECK_EQUAL(0, connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address));
    }
    ~Client() { hang_up(); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void ask(const std::string& method, const std::string& path, const std::string& body = {},
             const std::string& authorization = {}) {
        const std::string length = std::to_string(body.size());
        const std::string bytes = fastcgi::encode_request({{"REQUEST_METHOD", method},
                                                           {"REQUEST_URI", path},
                                                           {"CONTENT_TYPE", "application/json"},
                                                           {"CONTENT_LENGTH", length},
                                                           {"REMOTE_ADDR", "203.0.113.9"},
                                                           {"HTTP_AUTHORIZATION", authorization}},
                                                          body);
        CHECK_EQUAL(static_cast<ssize_t>(bytes.size()), send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    }
    void log_in() { ask("POST", "/auth/login", R"({"username":"alice","password":"a good password"})"); }
    // Whether something comes within `ms`.
    bool is_answered(int ms = kPatienceMs) const {
        pollfd watched{.fd = fd_, .events = POLLIN, .revents = 0};
        return poll(&watched, 1, ms) > 0;
    }
    ReplyReader reply() {
        ReplyReader reply;
        std::array<char, 65536> piece{};
        while (reply.state() == ReplyReader::State::kMore && is_answered()) {
            const ssize_t count = recv(fd_, piece.data(), piece.size(), 0);
            if (count <= 0) break;
            reply.feed(std::string_view(piece.data(), static_cast<std::size_t>(count)));
        }
        return reply;
    }
    int status() {
        const ReplyReader got = reply();
        // Bytes behind the reply tell nginx that the connection ends: to this reader they are
        // malformed.
        return got.state() == ReplyReader::State::kMore ? -1 : got.status();
    }
    void hang_up() {
        if (fd_ >= 0) close(fd_);
        fd_ = -1;
    }

private:
    int fd_;
};

Listener listen_in(const std::string& path, Peer peer = Peer::kNginx) {
    auto fd = listen_at(path, 64);
    CHECK_TRUE(fd.ok());
    return {.fd = fd->release(), .peer = peer, .shared = false};
}

// The api's threads on fakes.
class Api {
public:
    Api(fakes::World& world, const ApiConfig& config, GatedPasswords& passwords, const std::vector<Listener>& listeners)
        : world_(world),
          config_(config),
          passwords_(passwords),
          connections_(listeners, config),
          queue_(config),
          lane_(config) {
        FCGX_Init();
        threads_.emplace_back([this] {
            connections_.run();
            queue_.close();
            lane_.close();
        });
        start(config.threads,
              [this](const Services& services) { Worker(connections_, queue_, lane_, services).run(); });
        start(config.password_hashes_parallel,
              [this](const Services& services) { Hasher(connections_, queue_, services).run(); });
        start(config.patient_writers,
              [this](const Services& services) { Writer(connections_, lane_, services).run(); });
    }
    ~Api() {
        passwords_.open();
        drain();
    }
    // Returns when all have been answered.
    void drain() {
        connections_.drain();
        threads_.clear();
    }
    void begin_drain() { connections_.drain(); }
    bool drained() const { return connections_.drained(); }

private:
    fakes::World& world_;
    const ApiConfig& config_;
    GatedPasswords& passwords_;
    ConnectionPool connections_;
    HashQueue queue_;
    WriteLane lane_;
    std::vector<std::jthread> threads_;

    template <typename Serve>
    void start(std::uint32_t count, Serve serve) {
        for (std::uint32_t i = 0; i < count; ++i) threads_.emplace_back([this, serve] { work(serve); });
    }

    template <typename Serve>
    void work(Serve serve) {
        fakes::FakeLimiter limiter;
        NoProbe probe;
        const Services services{world_.store,  world_.notifier, limiter,       passwords_,
                                world_.tokens, config_,         world_.limits, probe};
        serve(services);
    }
};

}  // namespace

// Transactions wait until it is opened; tests see how many have come to it.
class Gate {
public:
    void pass() {
        std::unique_lock lock(mutex_);
        ++come_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
    }
    bool wait_for(int come) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::milliseconds{kPatienceMs}, [&] { return come_ >= come; });
    }
    void open() {
        const std::scoped_lock lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
    int come_ = 0;
};

TEST_GROUP(Workers) {
    tests::ScratchFolder folder;
    fakes::World world;
    ApiConfig config;
    GatedPasswords passwords;
    std::string path;
    std::string token;

    void setup() override {
        path = folder.path("api.sock");
        token = "Bearer " + std::to_string(world.alice.user.value) + "/session-of-alice";
        config.threads = 1;
        config.password_hashes_parallel = 1;
        config.password_wait_ms = std::chrono::milliseconds{60000};
        world.limits.logins_per_minute = 1000;
        world.limits.calls_burst = 100000;
    }

    int me() {
        Client client(path);
        client.ask("GET", "/users/me", {}, token);
        return client.status();
    }
};

TEST(Workers, ReadersAreAnsweredWhileAllHashersAreBusyAndTheQueueIsFull) {
    config.password_hashes_parallel = 2;
    config.password_hashes_queued = 3;
    Api api(world, config, passwords, {listen_in(path)});
    std::vector<std::unique_ptr<Client>> hashing;
    for (int i = 0; i < 2; ++i) hashing.push_back(std::make_unique<Client>(path));
    for (const auto& client : hashing) client->log_in();
    CHECK_TRUE(passwords.wait_for(2));

    std::vector<std::unique_ptr<Client>> waiting;
    for (int i = 0; i < 4; ++i) waiting.push_back(std::make_unique<Client>(path));
    for (const auto& client : waiting) client->log_in();
    LONGS_EQUAL(200, me());  // asked later than the four, of the one worker
    std::vector<int> refused;
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        if (!waiting[i]->is_answered(0)) continue;
        const ReplyReader reply = waiting[i]->reply();
        LONGS_EQUAL(503, reply.status());
        CHECK_FALSE(reply.header("Retry-After").empty());
        refused.push_back(static_cast<int>(i));
    }

    LONGS_EQUAL(1, refused.size());
    LONGS_EQUAL(2, passwords.begun());
    passwords.open();
    waiting.erase(waiting.begin() + refused[0]);
    for (const auto& client : waiting) LONGS_EQUAL(401, client->status());
    for (const auto& client : hashing) LONGS_EQUAL(401, client->status());
    LONGS_EQUAL(5, passwords.begun());
}

TEST(Workers, WhoHasWaitedTooLongIsToldAndNotHashedFor) {
    config.password_wait_ms = std::chrono::milliseconds{50};
    Api api(world, config, passwords, {listen_in(path)});
    Client first(path);
    Client late(path);
    first.log_in();
    CHECK_TRUE(passwords.wait_for(1));
    late.log_in();
    CHECK_FALSE(late.is_answered(200));
    passwords.open();

    const ReplyReader reply = late.reply();

    LONGS_EQUAL(503, reply.status());
    CHECK_FALSE(reply.header("Retry-After").empty());
    LONGS_EQUAL(1, passwords.begun());
    LONGS_EQUAL(401, first.status());
}

TEST(Workers, NobodyHashesForAClientThatHasGone) {
    Api api(world, config, passwords, {listen_in(path)});
    Client first(path);
    Client gone(path);
    Client last(path);
    first.log_in();
    CHECK_TRUE(passwords.wait_for(1));
    gone.log_in();
    LONGS_EQUAL(200, me());  // the worker has put `gone` into the queue
    gone.hang_up();
    last.log_in();
    passwords.open();

    LONGS_EQUAL(401, last.status());
    LONGS_EQUAL(401, first.status());
    LONGS_EQUAL(2, passwords.begun());
}

TEST(Workers, RequestsThatWaitForAHashTakeNobodysConnection) {
    config.connections_max = 1;
    Api api(world, config, passwords, {listen_in(path)});
    Client first(path);
    first.log_in();
    CHECK_TRUE(passwords.wait_for(1));
    Client second(path);
    second.log_in();

    LONGS_EQUAL(200, me());

    passwords.open();
    LONGS_EQUAL(401, first.status());
    first.hang_up();
    LONGS_EQUAL(401, second.status());
}

TEST(Workers, NginxCannotTakeTheConnectionsOfWsd) {
    config.connections_max = 2;
    const std::string relay = folder.path("relay.sock");
    Api api(world, config, passwords, {listen_in(path), listen_in(relay, Peer::kWsd)});
    std::vector<std::unique_ptr<Client>> idle;
    for (int i = 0; i < 5; ++i) idle.push_back(std::make_unique<Client>(path));

    Client client(relay);
    client.ask("POST", "/internal/heads");

    LONGS_EQUAL(200, client.status());
}

TEST(Workers, WhoSpeaksIsToldByTheSocketAndByNoParameter) {
    const std::string relay = folder.path("relay.sock");
    Api api(world, config, passwords, {listen_in(path), listen_in(relay, Peer::kWsd)});
    Client nginx(path);
    Client wsd(relay);

    nginx.ask("POST", "/internal/heads");
    wsd.ask("POST", "/internal/heads");

    LONGS_EQUAL(404, nginx.status());
    LONGS_EQUAL(200, wsd.status());
}

TEST(Workers, DrainingAnswersWhoWaitsForAHash) {
    Api api(world, config, passwords, {listen_in(path)});
    Client hashing(path);
    Client waiting(path);
    hashing.log_in();
    CHECK_TRUE(passwords.wait_for(1));
    waiting.log_in();
    LONGS_EQUAL(200, me());
    api.begin_drain();
    passwords.open();

    LONGS_EQUAL(401, hashing.status());
    LONGS_EQUAL(401, waiting.status());
    api.drain();
    CHECK_TRUE(api.drained());
}

TEST(Workers, AfterTheDrainsDeadlineWhoWaitsIsTold) {
    config.drain_s = std::chrono::seconds{0};
    Api api(world, config, passwords, {listen_in(path)});
    Client hashing(path);
    Client waiting(path);
    hashing.log_in();
    CHECK_TRUE(passwords.wait_for(1));
    waiting.log_in();
    LONGS_EQUAL(200, me());
    api.begin_drain();
    CHECK_FALSE(waiting.is_answered(200));
    passwords.open();

    LONGS_EQUAL(503, waiting.status());
    LONGS_EQUAL(1, passwords.begun());
}

// What systemd does to a shared listener at each start of an instance, here all the time: whether
// accept() blocks changes under both processes.
TEST(Workers, NoWaitDependsOnAFlagThatOthersCanChange) {
    const Listener first{.fd = listen_in(path).fd, .peer = Peer::kNginx, .shared = true};
    const Listener second{.fd = fcntl(first.fd, F_DUPFD_CLOEXEC, 3), .peer = Peer::kNginx, .shared = true};
    const int outside = fcntl(first.fd, F_DUPFD_CLOEXEC, 3);
    const int flags = fcntl(outside, F_GETFL);
    fcntl(outside, F_SETFL, flags & ~O_NONBLOCK);
    {
        Api one(world, config, passwords, {first});
        Api other(world, config, passwords, {second});
        for (int i = 0; i < 20; ++i) LONGS_EQUAL(200, me());
        {
            const std::jthread meddler([&](const std::stop_token& over) {
                for (bool blocking = true; !over.stop_requested(); blocking = !blocking)
                    fcntl(outside, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
            });
            for (int i = 0; i < 200; ++i) LONGS_EQUAL(200, me());
        }
        fcntl(outside, F_SETFL, flags & ~O_NONBLOCK);
        one.drain();
        CHECK_TRUE(one.drained());
        for (int i = 0; i < 20; ++i) LONGS_EQUAL(200, me());
    }
    close(outside);
}

TEST(Workers, ListenersAreInheritedByTheirNames) {
    const int api = listen_in(path).fd;
    const int relay = listen_in(folder.path("relay.sock")).fd;
    const pid_t child = fork();
    if (child == 0) {
        const int api_copy = fcntl(api, F_DUPFD, 10);
        const int relay_copy = fcntl(relay, F_DUPFD, 10);
        dup2(relay_copy, 3);
        dup2(api_copy, 4);
        setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
        setenv("LISTEN_FDS", "2", 1);
        setenv("LISTEN_FDNAMES", "relay:api", 1);
        const auto listeners = inherited_listeners();
        const bool right = listeners.ok() && listeners->size() == 2 && listeners->at(0).fd == 3 &&
                           listeners->at(0).peer == Peer::kWsd && listeners->at(1).fd == 4 &&
                           listeners->at(1).peer == Peer::kNginx && listeners->at(1).shared;
        const bool once = inherited_listeners()->empty();
        setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
        setenv("LISTEN_FDS", "1", 1);
        setenv("LISTEN_FDNAMES", "other", 1);
        const bool refused = !inherited_listeners().ok();
        setenv("LISTEN_PID", "1", 1);
        setenv("LISTEN_FDS", "1", 1);
        const bool of_another = inherited_listeners()->empty();
        _exit(right && once && refused && of_another ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    close(api);
    close(relay);

    CHECK_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST_GROUP(WritesInTurn) {
    tests::ScratchFolder folder;
    fakes::World world;
    ApiConfig config;
    GatedPasswords passwords;
    Gate gate;
    std::string path;
    std::vector<std::unique_ptr<Client>> clients;

    void setup() override {
        path = folder.path("api.sock");
        config.threads = 1;
        world.limits.calls_burst = 100000;
        world.limits.sends_burst = 100000;
        world.store.before_transaction = [this] { gate.pass(); };
    }
    void teardown() override {
        gate.open();
    }

    static std::string token_of(const chat::Caller& who) {
        return "Bearer " + std::to_string(who.user.value) + "/" + who.session_id;
    }
    Client& client() {
        return *clients.emplace_back(std::make_unique<Client>(path));
    }
    void send(Client & from, RoomId room, const std::string& content) {
        from.ask("POST", "/chat/rooms/" + std::to_string(room.value) + "/messages", R"({"content":")" + content + "\"}",
                 token_of(world.alice));
    }
    int me() {
        Client client(path);
        client.ask("GET", "/users/me", {}, token_of(world.alice));
        return client.status();
    }
};

TEST(WritesInTurn, WhatArrivesDuringATransactionSharesTheNext) {
    config.threads = 2;
    Api api(world, config, passwords, {listen_in(path)});
    send(client(), world.room, "alone");
    CHECK_TRUE(gate.wait_for(1));

    for (int i = 0; i < 5; ++i) send(client(), world.room, "together");
    LONGS_EQUAL(200, me());  // the five have been read by the other worker, which is free
    gate.open();

    for (const auto& each : clients) LONGS_EQUAL(201, each->status());
    LONGS_EQUAL(2, world.store.asked.size());
    LONGS_EQUAL(1, world.store.asked[0]);
    LONGS_EQUAL(5, world.store.asked[1]);
    LONGS_EQUAL(6, world.store.state.messages[world.room].size());
}

TEST(WritesInTurn, SoManyAtMostShareATransaction) {
    config.threads = 2;
    config.writes_together_max = 3;
    Api api(world, config, passwords, {listen_in(path)});
    send(client(), world.room, "alone");
    CHECK_TRUE(gate.wait_for(1));

    for (int i = 0; i < 7; ++i) send(client(), world.room, "together");
    LONGS_EQUAL(200, me());
    gate.open();

    for (const auto& each : clients) LONGS_EQUAL(201, each->status());
    CHECK_TRUE((world.store.asked == std::vector<std::size_t>{1, 3, 3, 1}));
}

TEST(WritesInTurn, TooManyThatWaitAreToldToComeAgain) {
    config.threads = 2;
    config.writes_queued = 2;
    Api api(world, config, passwords, {listen_in(path)});
    send(client(), world.room, "alone");
    CHECK_TRUE(gate.wait_for(1));
    for (int i = 0; i < 2; ++i) send(client(), world.room, "waits");
    LONGS_EQUAL(200, me());

    Client refused(path);
    send(refused, world.room, "too many");
    const ReplyReader reply = refused.reply();

    LONGS_EQUAL(503, reply.status());
    CHECK_FALSE(reply.header("Retry-After").empty());
    gate.open();
    for (const auto& each : clients) LONGS_EQUAL(201, each->status());
}

TEST(WritesInTurn, WhoHasWaitedTooLongIsNotWritten) {
    config.threads = 2;
    config.request_deadline_s = std::chrono::seconds{1};
    Api api(world, config, passwords, {listen_in(path)});
    send(client(), world.room, "alone");
    CHECK_TRUE(gate.wait_for(1));
    Client late(path);
    send(late, world.room, "late");
    CHECK_FALSE(late.is_answered(1200));
    gate.open();

    LONGS_EQUAL(503, late.status());
    LONGS_EQUAL(1, world.store.state.messages[world.room].size());
}

TEST(WritesInTurn, ARoomThatOthersHoldDelaysNobodyElse) {
    gate.open();
    const RoomId free = chat::open_room(world.ports, world.alice, world.eve.user)->room.id;
    world.store.held_rooms = {world.room};
    Api api(world, config, passwords, {listen_in(path)});
    Client held(path);
    send(held, world.room, "held");
    Client other(path);
    send(other, free, "free");

    LONGS_EQUAL(201, other.status());
    LONGS_EQUAL(503, held.status());  // having waited for its lock, apart
    LONGS_EQUAL(0, world.store.state.messages[world.room].size());
}

TEST(WritesInTurn, AnAccidentFailsItsOwnWriteAndTheNextHasItsTurn) {
    std::atomic<int> begun = 0;
    world.store.before_transaction = [&begun] {
        if (++begun == 1) throw std::runtime_error("an accident");
    };
    Api api(world, config, passwords, {listen_in(path)});
    Client first(path);
    send(first, world.room, "meets it");
    LONGS_EQUAL(500, first.status());
    Client second(path);
    send(second, world.room, "comes after");

    LONGS_EQUAL(201, second.status());
    LONGS_EQUAL(1, world.store.state.messages[world.room].size());
}

TEST(WritesInTurn, DrainingAnswersWhatWaits) {
    config.threads = 2;
    Api api(world, config, passwords, {listen_in(path)});
    send(client(), world.room, "alone");
    CHECK_TRUE(gate.wait_for(1));
    send(client(), world.room, "waits");
    LONGS_EQUAL(200, me());

    api.begin_drain();
    gate.open();
    api.drain();

    for (const auto& each : clients) LONGS_EQUAL(201, each->status());
    CHECK_TRUE(api.drained());
}
