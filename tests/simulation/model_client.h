// tests/simulation/model_client.h — A client that keeps the rules of docs/protocol.md, and says
// which of them the server has broken.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "tests/fakes/wsd/fake_daemon.h"
#include "tests/simulation/model_server.h"

namespace billet::simulation {

// What was wrong; nullopt: nothing.
using Broken = std::optional<std::string>;

class ModelClient {
public:
    enum class State : std::uint8_t { kOffline, kHello, kLive, kResync };

    ModelClient(ModelServer& server, char name) : server_(server), name_(name) {}

    // A new connection; the one before must have been left. `choice` decides on a fresh start and
    // on the kind of token.
    void connect(fakes::FakeDaemon& daemon, std::uint32_t choice);
    void leave(fakes::FakeDaemon& daemon);
    // After resync_required: takes the head, says hello again.
    void reload();
    void send_message();
    void repeat_message();
    void mark_read();
    void send_typing();
    void refresh();

    // Gives the server what it has not read yet, as far as it reads.
    void flush(fakes::FakeDaemon& daemon);
    // Reads what has come, and looks at how the connection has ended.
    Broken read_all();
    // At the end: nothing is missing any more.
    Broken look_back() const;
    bool is_settled() const;

    // What the simulation knows and the client does not.
    // a new message's answer has reached its live session
    void expect_ack(const std::string& name);
    void excuse(CloseCode code) { excused_.insert(code); }
    void tell_revoked() { told_revoked_ = true; }

    State state() const { return state_; }
    bool is_connected() const { return connection_ != nullptr; }
    fakes::FakeConnection& connection() { return *connection_; }
    const std::string& session() const { return session_; }

private:
    struct Request {
        std::string name;  // of a message; else empty
        unsigned replies = 0;
        bool wants_reply = true;
    };

    ModelServer& server_;
    const char name_;
    fakes::FakeConnection* connection_ = nullptr;
    State state_ = State::kOffline;
    std::string token_;
    std::string session_;
    bool needs_login_ = true;
    bool told_revoked_ = false;
    bool has_position_ = false;
    std::uint64_t position_ = 0;
    std::string epoch_;
    std::uint64_t last_id_ = 0;
    std::string last_message_;
    std::string last_name_;
    std::map<std::uint64_t, Request> requests_;  // of this connection, by id
    std::set<std::string> acks_due_;             // messages whose events must come as acks
    std::set<CloseCode> excused_;                // codes with which this connection may end
    std::deque<std::string> outgoing_;

    void say_hello();
    void ask(std::string frame, std::string name);
    Broken read(const std::string& frame);
    Broken read_welcome(const std::string& frame);
    Broken read_ack(std::string_view head);
    Broken read_error(std::string_view head);
    Broken read_event(const std::string& frame, std::string_view head);
    Broken read_resync();
    Broken step_to(std::uint64_t cursor);
    Broken look_at_end();
    bool is_of_this_epoch() const { return epoch_ == server_.epoch(); }
    std::string broken(std::string_view what, std::string_view frame = {}) const;
};

}  // namespace billet::simulation
