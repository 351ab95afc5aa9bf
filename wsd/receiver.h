// wsd/receiver.h — Who gets what the bus and the comparison of heads tell of a user. Implemented by
// client_session.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/base/ids.h"
#include "lib/wire/internal.h"
#include "lib/wire/notice.h"
#include "wsd/frame.h"
#include "wsd/relay.h"

namespace billet::wsd {

// The request that caused a notice, as it stands there: `incarnation '.' connection '.' request`. A
// request is numbered per connection.
struct Cause {
    ConnectionId connection = 0;
    std::uint64_t request = 0;
};

// A notice as every receiver of its user gets it.
struct Delivery {
    wire::NoticeKind kind = wire::NoticeKind::kEvent;
    Cursor cursor;
    FramePtr frame;               // of events and typing
    std::string_view session_id;  // of kSessionRevoked
    Cause cause;                  // connection 0: not caused by a connection of this process
};

class Receiver {
public:
    virtual ~Receiver() = default;

    // True when the delivery was sent, or is held to be sent.
    virtual bool on_delivery(const Delivery& delivery) = 0;
    // The bus has confirmed the user's channel.
    virtual void on_subscribed() = 0;
    // A comparison of heads has found this of one of the user's logins.
    virtual void on_compared(std::string_view epoch, const wire::HeadLine& line) = 0;

    // Some deliveries ahead of its turn, then shortly before it: what that will touch is fetched
    // into the cache. The first reads nothing of the receiver, since that is what is not there yet:
    // no virtual call.
    void fetch() const {
        constexpr std::size_t kCacheLine = 64;
        const char* const own = reinterpret_cast<const char*>(this);
        __builtin_prefetch(own);
        for (std::size_t at = kHotBegin; at < kHotEnd; at += kCacheLine) __builtin_prefetch(own + at);
    }
    virtual void fetch_socket() const = 0;

private:
    // What every delivery touches, beside the table of virtual functions: it stands together in a
    // session. Being wrong costs time and nothing else.
    static constexpr std::size_t kHotBegin = 64;
    static constexpr std::size_t kHotEnd = 208;
};

}  // namespace billet::wsd
