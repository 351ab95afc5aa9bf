// wsd/login.cpp — Subscribing, asking, believing.
#include "wsd/login.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "wsd/token_hint.h"

namespace billet::wsd {
namespace {

// For the bus to confirm a subscription. Past it the hello goes on, and the log is read once more
// when the confirmation comes.
constexpr std::chrono::milliseconds kJoinWait{300};
constexpr std::size_t kEpochBytesMax = 256;

std::optional<chat::LogPosition> position_of(const wire::HelloFrame& frame) {
    if (!frame.cursor) return std::nullopt;
    return chat::LogPosition{Cursor{*frame.cursor}, frame.epoch.value_or("")};
}

}  // namespace

bool Login::is_sound(const wire::HelloFrame& frame) {
    return is_token(frame.token) && frame.epoch.value_or("").size() <= kEpochBytesMax;
}

Login::Login(Client& client, Membership membership, Events& events, std::optional<std::string> id,
             wire::HelloFrame frame)
    : client_(client),
      membership_(membership),
      events_(events),
      id_(std::move(id)),
      token_(std::move(frame.token)),
      from_(position_of(frame)) {
    if (!membership_.is_joined()) {
        const auto user = user_hint(token_);
        if (!user) return;
        join(*user);
    }
    if (client_.services().hub.is_bus_up() && !membership_.is_subscribed()) client_.set_timer(Due::kJoin, kJoinWait);
}

void Login::join(UserId user) {
    client_.forget_session();
    membership_.join(user);
}

RelayRequest Login::question() {
    was_subscribed_ = membership_.is_subscribed();
    is_in_doubt_ = false;
    RelayRequest request = client_.request(RelayKind::kHello, wire::kHelloCall);
    request.token = token_;
    request.query = wire::log_question_query(
        {.position = from_, .bound = {client_.services().config.wsd.resume_page, client_.page_bytes()}});
    return request;
}

Login::Next Login::on_reply(RelayReply reply) {
    if (is_in_doubt_) return Next::kAsk;
    reply_ = std::move(reply);
    if (reply_.status != 200) return Next::kRefuse;
    const auto said = answer();
    if (!said) {
        reply_.status = 0;
        return Next::kRefuse;
    }
    confirm_user(said->identity.user);
    return membership_.is_counted() ? Next::kWelcome : Next::kCount;
}

Login::Next Login::on_counted(std::optional<std::uint64_t> total) const {
    if (is_in_doubt_) return Next::kAsk;
    const std::uint64_t known = total.value_or(client_.services().hub.counted_here(membership_.user()));
    return known > client_.limits().connections_per_user ? Next::kTooMany : Next::kWelcome;
}

void Login::confirm_user(UserId user) {
    if (membership_.is_joined() && membership_.user() != user) {
        membership_.leave();
        events_.reset();
    }
    if (membership_.is_joined()) return;
    join(user);
    was_subscribed_ = false;
}

Cursor Login::position(const wire::HelloAnswer& answer) const {
    return answer.resumed && from_ ? from_->cursor : answer.page.cursor;
}

}  // namespace billet::wsd
