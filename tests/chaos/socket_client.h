// tests/chaos/socket_client.h — A client on a WebSocket by the rules of the contract: resumes,
// applies in order, repeats commands until answered.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>

#include "tests/chaos/scene.h"
#include "tests/support/websocket.h"

namespace billet::chaos {

class SocketClient {
public:
    // Applies the user's log from its beginning. `sends`: it also writes, otherwise it only
    // listens. `scene` must outlive it.
    SocketClient(Scene& scene, std::size_t user, std::string name, bool sends, std::uint64_t seed);

    // Until the play is over. In the client's own thread.
    void run();

    // From any thread.
    bool is_connected() const { return connected_; }
    bool is_settled() const { return settled_; }
    std::size_t user() const { return user_; }
    const std::string& name() const { return name_; }
    // The cursor of the last event applied.
    std::uint64_t reached() const { return last_; }
    // When the event of that message was applied; 0: not yet.
    std::int64_t applied_message_at(std::uint64_t message_id) const;
    // After run().
    ClientHistory history() const;

private:
    enum class Kind { kSend, kMark, kRefresh };
    struct Command {
        Kind kind = Kind::kSend;
        std::size_t room = 0;
        std::size_t intent = 0;  // of a send
        std::uint64_t seq = 0;   // of a mark
        std::int64_t began_ms = 0;
        std::int64_t not_before_ms = 0;
        std::int64_t sent_ms = 0;
        int tries = 0;
    };

    Scene& scene_;
    std::size_t user_;
    std::string name_;
    bool sends_;
    Dice dice_;
    BackOff back_off_;
    std::vector<std::size_t> rooms_;
    std::map<std::size_t, std::uint64_t> last_seq_;  // by room, as far as this client knows

    tests::WebSocket socket_;
    std::string token_;
    std::atomic<std::uint64_t> last_ = 0;  // cursor
    unsigned sent_ = 0;
    unsigned frames_ = 0;
    unsigned connections_ = 0;
    std::int64_t next_command_ms_ = 0;
    std::int64_t lose_network_ms_ = 0;
    std::int64_t hello_ms_ = 0;
    std::int64_t connected_ms_ = 0;
    std::int64_t heard_ms_ = 0;
    std::deque<Command> waiting_;
    std::map<std::string, Command> flying_;  // by the id of the frame

    mutable std::mutex mutex_;  // of what follows
    std::vector<Event> applied_;
    std::map<std::uint64_t, std::int64_t> applied_messages_;

    std::atomic<bool> connected_ = false;
    std::atomic<bool> settled_ = false;

    void connect();
    void disconnect();
    void lose_network();
    void begin_commands();
    void send_waiting();
    void send_command(Command command);
    std::string frame_of(const Command& command, const std::string& id) const;
    void check_deadlines();
    void on_received(const tests::Received& received);
    void on_closed(int code);
    void on_frame(const wire::Json& frame);
    void on_welcome(const wire::Json& payload);
    void on_ack(const wire::Json& frame);
    void on_error(const wire::Json& frame);
    void on_token_expiring();
    void on_event(std::uint64_t cursor, const std::string& type, const wire::Json& payload);
    void apply(std::uint64_t cursor, const std::string& type, const wire::Json& payload);
    void resync();
    void acknowledge(const Command& command, const wire::Json& payload);
    // Back into the queue; or, now and then, out of it for good.
    void try_again(Command command);
    Command new_send();
    void answered_too_often(const std::string& id);
};

}  // namespace billet::chaos
