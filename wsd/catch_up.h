// wsd/catch_up.h — Reading the log for a client that misses something: why, when, and how much at a
// time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wsd/ending.h"
#include "wsd/events.h"

namespace billet::wsd {

class CatchUp {
public:
    enum class Reason : std::uint8_t { kNone, kResume, kHole, kBehind, kSlowReader };

    // The events must outlive it.
    explicit CatchUp(Events& events) : events_(events), page_limit_(page_max()) {}

    // Of the log that is read; set_epoch() comes first.
    const std::string& epoch() const { return *epoch_; }
    void set_epoch(std::string_view epoch) { epoch_ = client().services().epochs.share(epoch); }

    // Something is missing, and will be asked for.
    bool is_on() const { return reason_ != Reason::kNone; }
    void want(Reason reason, std::chrono::milliseconds after = {});
    // Two processes of the api may publish in another order than they have committed: what is
    // missing mostly comes by itself.
    void want_unless_it_comes(Reason reason);
    void stop() { want(Reason::kNone); }
    // A page is read when everything before it has left: the reader sets the pace.
    bool is_due() const;
    // nullopt: nothing is missing any more, and nothing wanted.
    std::optional<RelayRequest> question();
    // The reply to a question. `is_subscribed`: the bus has confirmed the client's channel.
    Ending on_page(const RelayReply& reply, bool is_subscribed);
    // A page that nobody has asked for: it came with the hello's reply.
    Ending send_page(const wire::LogPage& page);

    // The log was read before the bus had confirmed the client's channel: it is read once more when
    // that has happened.
    void expect_subscription(bool expected) { expects_subscription_ = expected; }
    void on_subscribed();

private:
    Ending on_refused(const RelayReply& reply);
    Ending want_again();
    Client& client() const { return events_.client(); }
    // Events of a page, to begin with and at most.
    std::uint32_t page_max() const { return client().services().config.wsd.resume_page; }

    Events& events_;
    // Events to ask for: what the reader took of the last page, at most twice that.
    std::uint32_t page_limit_;
    Reason reason_ = Reason::kNone;
    std::uint8_t fruitless_ = 0;  // reads in a row; each doubles the wait before the next
    bool expects_subscription_ = false;
    const std::string* epoch_ = nullptr;
};

}  // namespace billet::wsd
