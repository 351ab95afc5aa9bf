// fcgi/daemon.cpp — Threads: this one waits for signals, one watches connections, one a listener
// accepts them, one serves metrics; workers serve requests, hashers those that hash a
// password, and patient writers those whose locks others hold.
#include "fcgi/daemon.h"

#include <fcgiapp.h>
#include <signal.h>
#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "fcgi/acceptor.h"
#include "fcgi/connection_pool.h"
#include "fcgi/hash_queue.h"
#include "fcgi/listen.h"
#include "fcgi/metrics_server.h"
#include "fcgi/worker.h"
#include "lib/base/config.h"
#include "lib/base/log.h"
#include "lib/base/unix_socket.h"
#include "lib/bus/presence.h"
#include "lib/bus/redis_limiter.h"
#include "lib/bus/redis_notifier.h"
#include "lib/crypto/passwords.h"
#include "lib/store/schema.h"
#include "lib/store/connection_settings.h"
#include "lib/store/store.h"

namespace billet::fcgi {
namespace {

// While the database is away its schema cannot be looked at: so often it is tried again.
constexpr timespec kSchemaRetry{.tv_sec = 0, .tv_nsec = 500'000'000};

class RedisProbe : public Probe {
public:
    explicit RedisProbe(bus::RedisConnection& redis) : redis_(redis) {}
    Seen look() override {
        const auto reply = redis_.ask({"GET", bus::kWsdPresenceKey});
        if (!reply) return {};
        switch (reply->kind) {
            case bus::RedisReply::Kind::kText: return {.redis_up = true, .wsd = Presence::kUp};
            case bus::RedisReply::Kind::kNil: return {.redis_up = true, .wsd = Presence::kDown};
            // An ACL that does not let us look is no outage; whatever else Redis refuses (it is
            // loading, say) is one.
            case bus::RedisReply::Kind::kError: return {.redis_up = reply->text.starts_with("NOPERM")};
            case bus::RedisReply::Kind::kInteger:
            case bus::RedisReply::Kind::kArray: break;
        }
        return {};
    }

private:
    bus::RedisConnection& redis_;
};

// What all workers share.
struct Shared {
    const Config& config;
    KeyFiles& keys;
    bus::LocalLimiter local_limiter;
    crypto::Passwords passwords;
    std::shared_ptr<store::ServerHealth> database = std::make_shared<store::ServerHealth>();
    HashQueue hash_queue;
    WriteLane write_lane;

    Shared(const Config& the_config, KeyFiles& the_keys)
        : config(the_config), keys(the_keys), hash_queue(the_config.api), write_lane(the_config.api) {}
};

// A thread that serves requests, with its own connections to MariaDB and Redis.
template <typename Serve>
void work(Shared& shared, Serve serve) {
    store::MariaDbStore store(shared.config.database, shared.keys.content, shared.database);
    bus::RedisConnection redis(shared.config.redis);
    bus::RedisNotifier notifier(redis, *shared.keys.bus);
    bus::RedisLimiter limiter(redis, shared.local_limiter, *shared.keys.bus);
    RedisProbe probe(redis);
    const Services services{
        store, notifier, limiter, shared.passwords, *shared.keys.tokens, shared.config.api, shared.config.limits,
        probe};
    serve(services);
}

sigset_t watched_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, number);
    return signals;
}

// Until a signal asks to end. Also finds out about the schema, as soon as the database answers.
Result<void> watch(const Config& config, KeyFiles& keys) {
    const sigset_t signals = watched_signals();
    for (bool schema_known = false;;) {
        if (!schema_known) {
            auto checked = store::check_schema(config.database);
            if (checked) checked = store::check_durability(config.database);
            if (!checked && checked.error().code == Code::kInvalidArgument) return checked;
            schema_known = checked.ok();
        }
        const int number =
            schema_known ? sigwaitinfo(&signals, nullptr) : sigtimedwait(&signals, nullptr, &kSchemaRetry);
        if (number == SIGHUP) keys.reload();
        if (number == SIGTERM || number == SIGINT) return {};
    }
}

// The one for wsd first: once nginx's is there, both are.
Result<std::vector<Listener>> own_listeners(const ApiConfig& config) {
    std::vector<Listener> listeners;
    const int backlog = static_cast<int>(config.listen_backlog);
    if (!config.relay_listen.empty()) {
        auto relay = listen_at(config.relay_listen, backlog);
        if (!relay) return std::move(relay).error();
        listeners.push_back({.fd = relay->release(), .peer = Peer::kWsd, .shared = false});
    }
    auto nginx = listen_at(config.listen, backlog);
    if (!nginx) return std::move(nginx).error();
    listeners.push_back({.fd = nginx->release(), .peer = Peer::kNginx, .shared = false});
    return listeners;
}

Result<std::vector<Listener>> listeners(const ApiConfig& config) {
    auto inherited = inherited_listeners();
    if (!inherited || !inherited->empty()) return inherited;
    return own_listeners(config);
}

Result<void> serve_until_asked_to_end(const Config& config, KeyFiles& keys, const std::vector<Listener>& listeners) {
    ConnectionPool connections(listeners, config.api);
    Shared shared(config, keys);
    std::vector<std::jthread> threads;
    threads.emplace_back([&shared, &connections] {
        connections.run();
        shared.hash_queue.close();
        shared.write_lane.close();
    });
    const auto start = [&](std::uint32_t count, auto serve) {
        for (std::uint32_t i = 0; i < count; ++i) threads.emplace_back([&shared, serve] { work(shared, serve); });
    };
    start(config.api.threads,
          [&](const Services& services) { Worker(connections, shared.hash_queue, shared.write_lane, services).run(); });
    start(config.api.password_hashes_parallel,
          [&](const Services& services) { Hasher(connections, shared.hash_queue, services).run(); });
    start(config.api.patient_writers,
          [&](const Services& services) { Writer(connections, shared.write_lane, services).run(); });
    LogLine(LogLevel::kInfo, "started").with("version", BILLET_VERSION).with("threads", config.api.threads);
    auto watched = watch(config, keys);
    LogLine(LogLevel::kInfo, "draining");
    connections.drain();
    threads.clear();
    if (watched && !connections.drained()) return unavailable("requests were left unanswered after [api] drain_s");
    return watched;
}

template <typename Reloaded>
bool reload_file(const char* name, Reloaded& file) {
    const auto done = file.reload();
    if (!done) LogLine(LogLevel::kError, "keys_not_reloaded").with("keys", name).with("detail", done.error().detail);
    return done.ok();
}

}  // namespace

Result<KeyFiles> KeyFiles::read(const Config& config) {
    auto content = crypto::ContentSealer::from_file(config.keys.content_file);
    if (!content) return std::move(content).error();
    auto bus = crypto::NoticeSealer::from_file(config.keys.bus_file);
    if (!bus) return std::move(bus).error();
    auto tokens = crypto::Tokens::create(config.keys, config.tokens, config.host_tokens);
    if (!tokens) return std::move(tokens).error();
    return KeyFiles{std::move(content).value(), std::move(bus).value(), std::move(tokens).value()};
}

void KeyFiles::reload() {
    const bool content_read = reload_file("content", *content);
    const bool bus_read = reload_file("bus", *bus);
    const bool tokens_read = reload_file("token", *tokens);
    if (content_read && bus_read && tokens_read) LogLine(LogLevel::kInfo, "keys_reloaded");
}

Result<void> run_daemon(const Config& config, KeyFiles keys) {
    const auto clients = listeners(config.api);
    if (!clients) return clients.error();
    std::unique_ptr<MetricsServer> metrics;
    // FCGX_Init sets handlers of its own; ours come after it. Blocked here, the signals stay
    // blocked in every thread and are awaited in watch(); an acceptor lets its own through.
    FCGX_Init();
    signal(SIGPIPE, SIG_IGN);
    sigset_t signals = watched_signals();
    sigaddset(&signals, acceptor_signal());
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    store::start_driver();
    if (!config.api.metrics_listen.empty()) {
        auto started = MetricsServer::start(config.api.metrics_listen);
        if (!started) return std::move(started).error();
        metrics = std::move(*started);
    }
    return serve_until_asked_to_end(config, keys, *clients);
}

}  // namespace billet::fcgi
