// wsd/hub.cpp — Fan-out by user. A receiver never leaves during a visit: closing is always put off
// to its own callback.
#include "wsd/hub.h"

#include <algorithm>
#include <cstdint>

#include "lib/base/metrics.h"
#include "lib/base/text.h"

namespace billet::wsd {
namespace {

double seconds_since(Time time) {
    return std::max(0.0, std::chrono::duration<double>(now() - time).count());
}

bool has_frame(wire::NoticeKind kind) {
    return kind == wire::NoticeKind::kEvent || kind == wire::NoticeKind::kTyping;
}

}  // namespace

Hub::Hub(Channels& channels, std::string incarnation)
    : channels_(channels), cause_prefix_(std::move(incarnation) + ".") {}

void Hub::join(Receiver& receiver, UserId user) {
    User& entry = users_[user];
    if (entry.receivers.empty()) channels_.subscribe(user);
    entry.receivers.push_back(&receiver);
}

void Hub::count_in(UserId user, Channels::Counted counted) {
    const std::uint64_t here = ++users_.at(user).counted;
    channels_.count(user, here, std::move(counted));
}

void Hub::leave(Receiver& receiver, UserId user, bool counted_in) {
    const auto found = users_.find(user);
    if (found == users_.end()) return;
    User& entry = found->second;
    std::erase(entry.receivers, &receiver);
    if (counted_in) channels_.count(user, --entry.counted, {});
    if (!entry.receivers.empty()) return;
    users_.erase(found);
    channels_.unsubscribe(user);
}

std::uint64_t Hub::counted_here(UserId user) const {
    const auto found = users_.find(user);
    return found == users_.end() ? 0 : found->second.counted;
}

void Hub::fetch_ahead(const std::vector<Receiver*>& receivers, std::size_t at) {
    constexpr std::size_t kFar = 4;
    constexpr std::size_t kNear = 2;
    if (at + kFar < receivers.size()) receivers[at + kFar]->fetch();
    if (at + kNear < receivers.size()) receivers[at + kNear]->fetch_socket();
}

void Hub::on_subscribed(UserId user) {
    for_each_of(user, [](Receiver& receiver) { receiver.on_subscribed(); });
}

void Hub::on_notice(const wire::Notice& notice) {
    const Delivery delivery{.kind = notice.kind,
                            .cursor = notice.cursor,
                            .frame = has_frame(notice.kind) ? make_frame(notice.payload) : nullptr,
                            .session_id = notice.payload,
                            .cause = parse_cause(notice.cause)};
    bool taken = false;
    for_each_of(notice.recipient, [&](Receiver& receiver) { taken = receiver.on_delivery(delivery) || taken; });
    if (notice.kind != wire::NoticeKind::kEvent) return;
    if (taken) {
        metrics::observe(metrics::kDeliveryDelay, seconds_since(notice.committed_at));
    } else {
        metrics::count(metrics::kNoticesDropped, "stale");
    }
}

std::string Hub::cause_text(Cause cause) const {
    return cause_prefix_ + std::to_string(cause.connection) + "." + std::to_string(cause.request);
}

Cause Hub::parse_cause(std::string_view text) const {
    if (!text.starts_with(cause_prefix_)) return {};
    text.remove_prefix(cause_prefix_.size());
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) return {};
    const auto connection = parse_number(text.substr(0, dot), UINT64_MAX);
    const auto request = parse_number(text.substr(dot + 1), UINT64_MAX);
    return connection && request ? Cause{*connection, *request} : Cause{};
}

}  // namespace billet::wsd
