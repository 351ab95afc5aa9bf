// wsd/hub.cpp — Fan-out by user. A session never leaves during a visit: closing is always put off to its own callback.
#include "wsd/hub.h"

#include <algorithm>

#include "lib/base/metrics.h"
#include "lib/base/text.h"
#include "wsd/session.h"

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
    : channels_(channels), origin_prefix_(std::move(incarnation) + ".") {}

void Hub::join(Session& session, UserId user) {
    User& entry = users_[user];
    if (entry.sessions.empty()) channels_.subscribe(user);
    entry.sessions.push_back(&session);
}

void Hub::count_in(UserId user, Channels::Counted counted) {
    const std::uint64_t here = ++users_.at(user).counted;
    channels_.count(user, here, std::move(counted));
}

void Hub::leave(Session& session, UserId user, bool counted_in) {
    const auto found = users_.find(user);
    if (found == users_.end()) return;
    User& entry = found->second;
    std::erase(entry.sessions, &session);
    if (counted_in) channels_.count(user, --entry.counted, {});
    if (!entry.sessions.empty()) return;
    users_.erase(found);
    channels_.unsubscribe(user);
}

std::uint64_t Hub::counted_here(UserId user) const {
    const auto found = users_.find(user);
    return found == users_.end() ? 0 : found->second.counted;
}

void Hub::fetch_ahead(const std::vector<Session*>& sessions, std::size_t at) {
    constexpr std::size_t kFar = 4;
    constexpr std::size_t kNear = 2;
    if (at + kFar < sessions.size()) sessions[at + kFar]->fetch();
    if (at + kNear < sessions.size()) sessions[at + kNear]->fetch_socket();
}

void Hub::on_subscribed(UserId user) {
    for_each_of(user, [](Session& session) { session.on_subscribed(); });
}

void Hub::on_notice(const wire::Notice& notice) {
    const Delivery delivery{.kind = notice.kind,
                            .cursor = notice.cursor,
                            .frame = has_frame(notice.kind) ? make_frame(notice.payload) : nullptr,
                            .session_id = notice.payload,
                            .origin = parse_origin(notice.origin)};
    bool taken = false;
    for_each_of(notice.recipient, [&](Session& session) { taken = session.on_delivery(delivery) || taken; });
    if (notice.kind != wire::NoticeKind::kEvent) return;
    if (taken) {
        metrics::observe(metrics::kDeliveryDelay, seconds_since(notice.committed_at));
    } else {
        metrics::count(metrics::kNoticesDropped, "stale");
    }
}

std::string Hub::origin_text(Origin origin) const {
    return origin_prefix_ + std::to_string(origin.connection) + "." + std::to_string(origin.request);
}

Origin Hub::parse_origin(std::string_view text) const {
    if (!text.starts_with(origin_prefix_)) return {};
    text.remove_prefix(origin_prefix_.size());
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) return {};
    const auto connection = parse_number(text.substr(0, dot), UINT64_MAX);
    const auto request = parse_number(text.substr(dot + 1), UINT64_MAX);
    return connection && request ? Origin{*connection, *request} : Origin{};
}

}  // namespace billet::wsd
