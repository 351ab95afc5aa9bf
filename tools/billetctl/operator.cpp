// tools/billetctl/operator.cpp — Opening what a command asks for.
#include "tools/billetctl/operator.h"

#include "lib/bus/redis_notifier.h"
#include "lib/crypto/key_ring.h"
#include "lib/store/maintenance.h"
#include "lib/store/connection_settings.h"
#include "lib/store/store.h"
#include "tools/billetctl/output.h"

namespace billet::ctl {
namespace {

Config as_operator(Config config) {
    DatabaseConfig& database = config.database;
    if (!database.operator_user.empty()) {
        database.user = database.operator_user;
        database.password_file = database.operator_password_file;
    }
    return config;
}

}  // namespace

struct Operator::Bus {
    Bus(const RedisConfig& config, std::shared_ptr<crypto::NoticeSealer> the_sealer)
        : redis(config), sealer(std::move(the_sealer)), notifier(redis, *sealer) {}

    bus::RedisConnection redis;
    std::shared_ptr<crypto::NoticeSealer> sealer;
    bus::RedisNotifier notifier;
};

Operator::Operator(Config config) : config_(as_operator(std::move(config))) {
    crypto::start_crypto();
    store::start_driver();
}

Operator::~Operator() = default;

Result<chat::Store*> Operator::store() {
    if (!store_) {
        auto content = sealer();
        if (!content) return std::move(content).error();
        store_ = std::make_unique<store::MariaDbStore>(config_.database, std::move(content).value());
    }
    return store_.get();
}

Result<store::Maintenance*> Operator::maintenance() {
    if (!maintenance_) maintenance_ = std::make_unique<store::Maintenance>(config_.database);
    return maintenance_.get();
}

Result<std::shared_ptr<crypto::ContentSealer>> Operator::sealer() {
    if (!sealer_) {
        auto loaded = crypto::ContentSealer::from_file(config_.keys.content_file);
        if (!loaded) return std::move(loaded).error();
        sealer_ = std::move(loaded).value();
    }
    return sealer_;
}

Result<void> Operator::load_tokens() {
    auto loaded = crypto::Tokens::create(config_.keys, config_.tokens, config_.host_tokens);
    if (!loaded) return std::move(loaded).error();
    tokens_ = std::move(loaded).value();
    return {};
}

Result<chat::Ports*> Operator::ports() {
    if (!ports_) {
        auto opened = store();
        if (!opened) return std::move(opened).error();
        chat::Tokens& tokens = tokens_ ? static_cast<chat::Tokens&>(*tokens_) : no_tokens_;
        ports_ = std::make_unique<chat::Ports>(
            chat::ports_on(**opened, notifier(), limiter_, passwords(), tokens, config_.limits));
    }
    return ports_.get();
}

chat::Notifier& Operator::notifier() {
    if (bus_) return bus_->notifier;
    auto bus_keys = crypto::NoticeSealer::from_file(config_.keys.bus_file);
    if (!bus_keys) {
        warn("live sockets are not told, they find out within seconds: " + bus_keys.error().detail);
        return silent_;
    }
    auto made = std::make_unique<Bus>(config_.redis, std::move(bus_keys).value());
    if (!made->redis.ask({"PING"})) {
        warn("live sockets are not told, they find out within seconds: Redis does not answer at " +
             config_.redis.socket);
        return silent_;
    }
    bus_ = std::move(made);
    return bus_->notifier;
}

chat::Passwords& Operator::passwords() {
    if (!passwords_) passwords_ = std::make_unique<crypto::Passwords>();
    return *passwords_;
}

}  // namespace billet::ctl
