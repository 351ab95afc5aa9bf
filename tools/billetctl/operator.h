// tools/billetctl/operator.h — What a command needs, opened when it is needed: pruning must work
// without keys, adding a user without Redis.
#pragma once

#include <memory>
#include <string>

#include "lib/base/config.h"
#include "lib/chat/ports.h"
#include "lib/crypto/content_sealer.h"
#include "lib/crypto/passwords.h"
#include "lib/crypto/tokens.h"
#include "tools/billetctl/chat_ports.h"

namespace billet::bus {
class RedisConnection;
}
namespace billet::crypto {
class NoticeSealer;
}
namespace billet::store {
class Maintenance;
}

namespace billet::ctl {

class Operator {
public:
    explicit Operator(Config config);
    ~Operator();
    Operator(const Operator&) = delete;
    Operator& operator=(const Operator&) = delete;

    const Config& config() const { return config_; }

    // Each opens at its first call. Errors: kInvalidArgument (a key file), kUnavailable (the
    // database), with detail for the operator.
    Result<chat::Store*> store();
    Result<store::Maintenance*> maintenance();
    Result<std::shared_ptr<crypto::ContentSealer>> sealer();
    // With store and notifier; with tokens when they have been loaded before. The limiter lets
    // everything pass.
    Result<chat::Ports*> ports();
    Result<void> load_tokens();

    // The way to live sockets. When keys or Redis are missing it says so once and is silent from
    // then on: sockets find out by themselves.
    chat::Notifier& notifier();
    chat::Passwords& passwords();

private:
    struct Bus;

    Config config_;
    std::shared_ptr<crypto::ContentSealer> sealer_;
    std::unique_ptr<chat::Store> store_;
    std::unique_ptr<store::Maintenance> maintenance_;
    std::unique_ptr<Bus> bus_;
    SilentNotifier silent_;
    NoLimiter limiter_;
    std::unique_ptr<crypto::Passwords> passwords_;
    NoTokens no_tokens_;
    std::unique_ptr<crypto::Tokens> tokens_;
    std::unique_ptr<chat::Ports> ports_;
};

}  // namespace billet::ctl
