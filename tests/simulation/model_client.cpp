// tests/simulation/model_client.cpp — Frames by their heads: what is in a payload concerns nobody
// here but the model.
#include "tests/simulation/model_client.h"

#include <charconv>
#include <cstdint>

namespace billet::simulation {
namespace {

// `key` with its quotes and colon: built once, asked thousands of times.
std::string_view text_member(std::string_view head, std::string_view key) {
    const std::size_t at = head.find(key);
    if (at == std::string_view::npos) return {};
    head.remove_prefix(at + key.size() + 1);
    return head.substr(0, head.find('"'));
}

std::optional<std::uint64_t> number_member(std::string_view head, std::string_view key) {
    const std::size_t at = head.find(key);
    if (at == std::string_view::npos) return std::nullopt;
    std::uint64_t number = 0;
    std::from_chars(head.data() + at + key.size(), head.data() + head.size(), number);
    return number;
}

std::uint64_t id_of(std::string_view head) {
    const std::string_view text = text_member(head, R"("id":)");
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace

std::string ModelClient::broken(std::string_view what, std::string_view frame) const {
    return std::string("client ") + name_ + " at " + std::to_string(position_) + " of " + epoch_ + ": " +
           std::string(what) + (frame.empty() ? "" : ": ") + std::string(frame);
}

// --- What it does --------------------------------------------------------------------------------

void ModelClient::connect(fakes::FakeDaemon& daemon, std::uint32_t choice) {
    if (needs_login_) {
        token_ = server_.log_in(choice % 4 == 0);
        session_ = ModelServer::session_of(token_);
        needs_login_ = false;
    }
    if (choice % 8 == 1) has_position_ = false;
    connection_ = &daemon.connect();
    requests_.clear();
    acks_due_.clear();
    excused_.clear();
    outgoing_.clear();
    told_revoked_ = false;
    say_hello();
}

void ModelClient::leave(fakes::FakeDaemon& daemon) {
    if (connection_ != nullptr) daemon.disconnect(*connection_);
    connection_ = nullptr;
    state_ = State::kOffline;
}

void ModelClient::say_hello() {
    state_ = State::kHello;
    std::string frame = R"({"type":"hello","id":")" + std::to_string(++last_id_) + R"(","payload":{"token":")" + token_;
    if (has_position_) frame += R"(","cursor":)" + std::to_string(position_) + R"(,"epoch":")" + epoch_;
    ask(frame + "\"}}", {});
}

void ModelClient::reload() {
    if (state_ != State::kResync) return;
    position_ = server_.head();
    epoch_ = server_.epoch();
    say_hello();
}

void ModelClient::ask(std::string frame, std::string name) {
    requests_.emplace(last_id_, Request{.name = std::move(name)});
    outgoing_.push_back(std::move(frame));
}

void ModelClient::send_message() {
    if (state_ != State::kLive) return;
    const std::string id = std::to_string(++last_id_);
    last_name_ = std::string(1, name_) + id;
    last_message_ = R"(","payload":{"room_id":1,"content":"hi","client_msg_id":")" + last_name_ + "\"}}";
    ask(R"({"type":"chat_message","id":")" + id + last_message_, last_name_);
}

void ModelClient::repeat_message() {
    if (state_ != State::kLive || last_message_.empty()) return;
    const std::string id = std::to_string(++last_id_);
    ask(R"({"type":"chat_message","id":")" + id + last_message_, last_name_);
}

void ModelClient::mark_read() {
    if (state_ != State::kLive) return;
    const std::string id = std::to_string(++last_id_);
    ask(R"({"type":"message_read","id":")" + id + R"(","payload":{"room_id":1,"seq":1}})", {});
}

void ModelClient::send_typing() {
    if (state_ != State::kLive) return;
    const std::string id = std::to_string(++last_id_);
    ask(R"({"type":"typing","id":")" + id + R"(","payload":{"room_id":1}})", {});
}

void ModelClient::refresh() {
    if (state_ != State::kLive) return;
    const std::string id = std::to_string(++last_id_);
    ask(R"({"type":"refresh","id":")" + id + R"(","payload":{"token":")" + token_ + "\"}}", {});
}

void ModelClient::flush(fakes::FakeDaemon& daemon) {
    // What was read off the socket before reading was paused still comes.
    constexpr int kAtOnce = 3;
    while (connection_ != nullptr && !connection_->is_gone && !connection_->socket.is_paused && !outgoing_.empty()) {
        for (int i = 0; i < kAtOnce && !outgoing_.empty() && !connection_->session.is_closing(); ++i) {
            const std::string frame = std::move(outgoing_.front());
            outgoing_.pop_front();
            connection_->session.on_text(frame);
        }
        daemon.settle();
        if (connection_->session.is_closing()) return;
    }
}

// --- What it sees --------------------------------------------------------------------------------

void ModelClient::expect_ack(const std::string& name) {
    if (state_ == State::kLive) acks_due_.insert(name);
}

Broken ModelClient::read_all() {
    if (connection_ == nullptr) return std::nullopt;
    for (const std::string& frame : std::exchange(connection_->socket.written, {})) {
        if (auto wrong = read(frame)) return wrong;
    }
    return connection_->is_gone ? look_at_end() : std::nullopt;
}

Broken ModelClient::read(const std::string& frame) {
    const std::string_view head = std::string_view(frame).substr(0, frame.find("\"payload\""));
    const std::string_view type = text_member(head, R"("type":)");
    if (type == "welcome") return read_welcome(frame);
    if (type == "ack") return read_ack(head);
    if (type == "error") return read_error(head);
    if (type == "chat_message") return read_event(frame, head);
    if (type == "resync_required") return read_resync();
    if (type == "ping") {
        if (state_ == State::kLive && is_of_this_epoch() && number_member(head, R"("cursor":)").value_or(0) < position_)
            return broken("a ping below what was sent", frame);
        outgoing_.push_front(R"({"type":"pong"})");
        return std::nullopt;
    }
    if (type == "session_revoked") {
        needs_login_ = true;
        return server_.is_revoked(session_) ? std::nullopt : Broken(broken("nobody has revoked this", frame));
    }
    if (type == "typing" || type == "token_expiring")
        return state_ == State::kLive ? std::nullopt : Broken(broken("not before welcome", frame));
    return broken("an unknown frame", frame);
}

Broken ModelClient::read_welcome(const std::string& frame) {
    if (state_ != State::kHello) return broken("a welcome that nobody asked for", frame);
    if (told_revoked_) return broken("a welcome behind the word of the revocation", frame);
    if (text_member(frame, R"("session_id":)") != session_) return broken("another session's welcome", frame);
    requests_.erase(id_of(frame));
    state_ = State::kLive;
    epoch_ = text_member(frame, R"("epoch":)");
    const std::uint64_t head = number_member(frame, R"("cursor":)").value_or(0);
    if (!has_position_) position_ = head;
    if (head < position_) return broken("a welcome below the position", frame);
    has_position_ = true;
    return std::nullopt;
}

Broken ModelClient::step_to(std::uint64_t cursor) {
    if (state_ != State::kLive) return broken("an event while there is no position");
    if (cursor == position_ + 1) {
        ++position_;
        return std::nullopt;
    }
    return broken("cursor " + std::to_string(cursor) + (cursor <= position_ ? " came again" : " came too early"));
}

Broken ModelClient::read_ack(std::string_view head) {
    const auto found = requests_.find(id_of(head));
    if (found == requests_.end()) return broken("an ack that nobody asked for", head);
    if (++found->second.replies > 1) return broken("a second reply", head);
    const auto cursor = number_member(head, R"("cursor":)");
    if (!cursor) return std::nullopt;
    if (auto wrong = step_to(*cursor)) return wrong;
    acks_due_.erase(found->second.name);
    const Entry* entry = server_.find(epoch_, *cursor);
    const bool fits = entry != nullptr && !entry->name.empty() && entry->name == found->second.name;
    return fits || !is_of_this_epoch() ? std::nullopt : Broken(broken("an ack in the place of another event", head));
}

Broken ModelClient::read_error(std::string_view head) {
    const auto found = requests_.find(id_of(head));
    if (found == requests_.end()) return broken("an error that nobody asked for", head);
    if (++found->second.replies > 1) return broken("a second reply", head);
    return std::nullopt;
}

Broken ModelClient::read_event(const std::string& frame, std::string_view head) {
    const std::uint64_t cursor = number_member(head, R"("cursor":)").value_or(0);
    if (auto wrong = step_to(cursor)) return wrong;
    // Between a restored backup and the word of it, events of the new log may look like those of
    // the old one.
    if (!is_of_this_epoch()) return std::nullopt;
    const Entry* entry = server_.find(epoch_, cursor);
    if (entry == nullptr || entry->json != frame) return broken("not the event of the log", frame);
    if (acks_due_.contains(entry->name)) return broken("an event in the place of its ack", frame);
    return std::nullopt;
}

Broken ModelClient::read_resync() {
    const bool expected = state_ == State::kHello || state_ == State::kLive;
    if (!expected || is_of_this_epoch()) return broken("a resync for no reason");
    if (state_ == State::kHello) {
        // Its hello is answered by this.
        for (auto& [id, request] : requests_) request.replies += request.replies == 0 && id == last_id_ ? 1U : 0U;
    }
    state_ = State::kResync;
    acks_due_.clear();
    return std::nullopt;
}

Broken ModelClient::look_at_end() {
    const CloseCode code = connection_->code;
    const bool revoked = server_.is_revoked(session_);
    const bool expected = excused_.contains(code) || (revoked && code == CloseCode::kNewToken) ||
                          (state_ == State::kResync && code == CloseCode::kNoHello);
    if (code == CloseCode::kNewToken) needs_login_ = true;
    state_ = State::kOffline;
    return expected ? std::nullopt : Broken(broken("closed with " + std::to_string(static_cast<unsigned>(code))));
}

bool ModelClient::is_settled() const {
    return state_ == State::kLive && is_of_this_epoch() && position_ == server_.head() && !look_back();
}

Broken ModelClient::look_back() const {
    if (state_ != State::kLive) return broken("not live at the end");
    if (!is_of_this_epoch()) return broken("of another epoch at the end");
    if (position_ != server_.head()) return broken("the head is " + std::to_string(server_.head()));
    for (const auto& [id, request] : requests_) {
        if (request.replies == 0) return broken("no reply to request " + std::to_string(id));
    }
    return std::nullopt;
}

}  // namespace billet::simulation
