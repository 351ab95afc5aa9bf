// wsd/client_session_events.cpp — What the hub tells of the client's user: events, the end of
// sessions, how far the log has come.
#include "wsd/client_session.h"

namespace billet::wsd {

// Nothing is under way, wanted or waiting: an event may leave at once.
bool ClientSession::is_idle() const {
    return client_.is_live() && slot_.is_free() && client_.commands() == nullptr && !catch_up_.is_on();
}

bool ClientSession::on_delivery(const Delivery& delivery) {
    if (is_closing() || client_.state() == Client::State::kOpening) return false;
    switch (delivery.kind) {
        case wire::NoticeKind::kEvent: break;
        case wire::NoticeKind::kTyping:
            if (client_.is_live() && client_.outbox().bytes() < client_.outbox_max())
                client_.send(delivery.frame, Waits::kReply);
            return true;
        case wire::NoticeKind::kSessionRevoked:
            if (login_ != nullptr) login_->doubt();
            if (membership().is_counted() && delivery.session_id == session_id())
                on_head(events_.sequencer().head(), chat::SessionState::kRevoked);
            return true;
        case wire::NoticeKind::kAccountDisabled:
            if (login_ != nullptr) login_->doubt();
            on_head(events_.sequencer().head(), chat::SessionState::kDisabled);
            return true;
    }
    if (client_.state() == Client::State::kParked || delivery.cursor <= events_.sequencer().last()) return false;
    if (is_idle() && events_.pass(delivery.cursor, delivery.frame)) return true;
    events_.hold(delivery.cursor, delivery.frame);
    const bool own = delivery.cause.connection == id() && slot_.is_taken_by(delivery.cause.request);
    if (own) events_.wait_for_reply(delivery.cursor);
    if (client_.is_live()) pump();
    return true;
}

void ClientSession::on_subscribed() {
    if (client_.state() == Client::State::kJoining) client_.clear_timer(Due::kJoin);
    // A page that is being read may be older than the subscription: the read comes behind it.
    if (client_.is_live() && !slot_.is_taken_by(RelayKind::kSync)) catch_up_.on_subscribed();
    pump();
}

void ClientSession::on_compared(std::string_view epoch, const wire::HeadLine& line) {
    if (line.session_id != session_id()) return;
    if (client_.is_live() && epoch != catch_up_.epoch()) park(reason::kEpochChanged, std::nullopt);
    on_head(line.head, line.state);
}

void ClientSession::on_head(Cursor head, chat::SessionState state) {
    if (is_closing() || !membership().is_counted()) return;
    if (state == chat::SessionState::kRevoked) {
        client_.send_reply(wire::session_revoked_frame(session_id()));
        return close(CloseCode::kNewToken);
    }
    if (state == chat::SessionState::kDisabled) return close(CloseCode::kAccountDisabled);
    if (!client_.is_live() || head <= events_.sequencer().last()) return;
    events_.sequencer().raise_head(head);
    if (!catch_up_.is_on() && slot_.is_free()) catch_up_.want_unless_it_comes(CatchUp::Reason::kBehind);
    pump();
}

}  // namespace billet::wsd
