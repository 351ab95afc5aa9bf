// tools/billetctl/check.cpp — Keys, token hosts, database, schema, rights, Redis of the api and of
// wsd.
#include "tools/billetctl/check.h"

#include "lib/bus/redis_connection.h"
#include "lib/crypto/notice_sealer.h"
#include "lib/crypto/tokens.h"
#include "lib/store/maintenance.h"
#include "lib/store/schema.h"
#include "tools/billetctl/output.h"

namespace billet::ctl {
namespace {

// Prints findings as they are made and counts those that are wrong.
class Findings {
public:
    void add(const std::string& what, const Result<void>& outcome, const std::string& advice) {
        if (outcome) return say("ok     " + what);
        ++wrong_;
        say("WRONG  " + what + ": " + sentence(outcome.error()));
        say("       " + advice);
    }
    int wrong() const { return wrong_; }

private:
    int wrong_ = 0;
};

template <typename Value>
Result<void> without_value(Result<Value> result) {
    if (!result) return std::move(result).error();
    return {};
}

void check_keys(Findings& findings, Operator& op) {
    const KeysConfig& keys = op.config().keys;
    const std::string advice =
        "make missing files with 'billetctl key generate'; a file must be readable by the daemon's user and nobody "
        "else (chmod 600)";
    findings.add("content keys " + keys.content_file, without_value(op.sealer()), advice);
    findings.add("bus keys " + keys.bus_file, without_value(crypto::NoticeSealer::from_file(keys.bus_file)), advice);
    findings.add(
        "token keys " + keys.token_file + " and keys of " + std::to_string(op.config().host_tokens.size()) + " hosts",
        without_value(crypto::Tokens::create(op.config().keys, op.config().tokens, op.config().host_tokens)), advice);
}

void check_database(Findings& findings, Operator& op) {
    const DatabaseConfig& database = op.config().database;
    const std::string where =
        database.host.empty() ? database.socket : database.host + ":" + std::to_string(database.port);
    auto maintenance = op.maintenance();
    const auto counted = without_value((*maintenance)->user_count());
    findings.add("database '" + database.name + "' as " + database.user + " at " + where, counted,
                 "is MariaDB running, may this user log in, have the rights been given (sql/README.md)?");
    if (counted)
        findings.add("database schema", store::check_schema(database), "the command above brings it up to date");
    if (counted)
        findings.add("database takes writes", (*maintenance)->prove_writing(),
                     "is the server read-only (SELECT @@read_only), is its disk full? Its error log says more");
    if (counted)
        findings.add("database keeps what was acknowledged", store::check_durability(database),
                     "set it in MariaDB's configuration and by SET GLOBAL; the api refuses to start without");
}

Result<void> ask_redis(const RedisConfig& config) {
    bus::RedisConnection redis(config);
    const auto reply = redis.ask({"PING"});
    if (!reply) return unavailable("no answer, or the password is refused");
    if (reply->kind == bus::RedisReply::Kind::kError) return unavailable(reply->text);
    return {};
}

void check_redis(Findings& findings, const Config& config) {
    const std::string advice =
        "is Redis running with the ACL file, may this user open its socket? Until then limits are local and live "
        "delivery is slow";
    findings.add("Redis of the api as '" + config.redis.user + "' at " + config.redis.socket, ask_redis(config.redis),
                 advice);
    findings.add("Redis of wsd as '" + config.redis_wsd.user + "' at " + config.redis_wsd.socket,
                 ask_redis(config.redis_wsd), advice);
}

}  // namespace

Result<void> check_everything(Operator& op) {
    Findings findings;
    say("ok     configuration");  // or we would not be here
    check_keys(findings, op);
    check_database(findings, op);
    check_redis(findings, op.config());
    if (findings.wrong() == 0) return {};
    return make_error(Code::kInvalidArgument, std::to_string(findings.wrong()) + " of these need attention");
}

}  // namespace billet::ctl
