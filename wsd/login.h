// wsd/login.h — One hello, from its frame to its welcome or refusal, and no longer.
//
// Order: subscribe to the (seeming) user's channel and hold what comes; when that is confirmed ask
// the api, which names the user and reads the log; count the user's connections; welcome; the
// events of the log; what was held above them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lib/wire/frames.h"
#include "lib/wire/internal.h"
#include "wsd/client.h"
#include "wsd/events.h"
#include "wsd/membership.h"

namespace billet::wsd {

class Login {
public:
    enum class Next : std::uint8_t {
        kAsk,      // question() is to be asked (again), once may_ask()
        kCount,    // on_counted() wants to know the number of the user's connections
        kWelcome,  // the user is known, and answer() is sound
        kRefuse,   // as reply() says
        kTooMany,  // the user has too many connections
    };

    // Whether the api need be asked about it at all.
    static bool is_sound(const wire::HelloFrame& frame);
    // All that they refer to must outlive it. Begins to subscribe.
    Login(Client& client, Membership membership, Events& events, std::optional<std::string> id, wire::HelloFrame frame);

    // The bus has confirmed the subscription, or had time enough.
    bool may_ask() const { return !client_.is_timer_set(Due::kJoin); }
    RelayRequest question();
    Next on_reply(RelayReply reply);
    Next on_counted(std::optional<std::uint64_t> total) const;
    // A session of the user has ended, maybe this one: what the api has said meanwhile may be
    // older.
    void doubt() { is_in_doubt_ = true; }
    // The user may be another one than the token seemed to say; what was held is not theirs then.
    void confirm_user(UserId user);

    const std::optional<std::string>& id() const { return id_; }
    const std::string& token() const { return token_; }
    const RelayReply& reply() const { return reply_; }
    std::optional<wire::HelloAnswer> answer() const { return wire::parse_hello(reply_.body); }
    // Where the client is in its log once it has been welcomed with that answer.
    Cursor position(const wire::HelloAnswer& answer) const;
    // The bus had confirmed the user's channel when the api was asked.
    bool was_subscribed() const { return was_subscribed_; }

private:
    void join(UserId user);

    Client& client_;
    Membership membership_;
    Events& events_;
    const std::optional<std::string> id_;
    const std::string token_;
    const std::optional<chat::LogPosition> from_;  // the client's, to resume from
    bool was_subscribed_ = false;
    bool is_in_doubt_ = false;
    RelayReply reply_;
};

}  // namespace billet::wsd
