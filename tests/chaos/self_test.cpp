// tests/chaos/self_test.cpp — A sound history of three messages and a mark, and one spoilt copy for
// each promise.
#include "tests/chaos/self_test.h"

#include <cstdint>
#include <functional>

#include "tests/chaos/verdict.h"
#include "tests/support/http.h"

namespace billet::chaos {
namespace {

constexpr std::uint64_t kAnna = 11;
constexpr std::uint64_t kBen = 12;

// Message n of 1 to 3; the second is Ben's.
Message made_message(std::uint64_t n, std::uint64_t reader) {
    const std::uint64_t sender = n == 2 ? kBen : kAnna;
    return {.id = 100 + n,
            .seq = n,
            .sender = sender,
            .client_msg_id = reader == sender ? "m" + std::to_string(n) : "",
            .content = "text " + std::to_string(n),
            .created_at = "2026-01-01T00:00:0" + std::to_string(n) + "Z"};
}

std::string json_of(const Message& message) {
    const std::string own =
        message.client_msg_id.empty() ? "" : R"(,"client_msg_id":)" + tests::json_string(message.client_msg_id);
    return R"({"id":)" + std::to_string(message.id) + R"(,"seq":)" + std::to_string(message.seq) + R"(,"sender_id":)" +
           std::to_string(message.sender) + R"(,"content":)" + tests::json_string(message.content) +
           R"(,"created_at":)" + tests::json_string(message.created_at) + own + "}";
}

Event made_event(std::uint64_t cursor, const std::string& type, const std::string& what, std::uint64_t unread) {
    const std::string counts =
        R"("unread_count":)" + std::to_string(unread) + R"(,"total_unread":)" + std::to_string(unread);
    return {cursor, type, tests::parse_any(R"({"room_id":7,)" + what + "," + counts + "}")};
}

Event message_event(std::uint64_t n, std::uint64_t reader, std::uint64_t unread) {
    return made_event(n, "chat_message", R"("message":)" + json_of(made_message(n, reader)), unread);
}

UserHistory made_user(std::uint64_t id, std::vector<std::uint64_t> unread) {
    UserHistory user{
        .id = id, .total_unread = unread[3], .rooms_unread = unread[3] > 0 ? 1U : 0U, .head = 4, .log = {}};
    for (std::uint64_t n = 1; n <= 3; ++n) user.log.push_back(message_event(n, id, unread[n - 1]));
    user.log.push_back(made_event(4, "message_read", R"("reader_id":12,"seq":1)", unread[3]));
    return user;
}

World sound_world() {
    World world;
    world.users = {made_user(kAnna, {0, 1, 1, 1}), made_user(kBen, {1, 1, 2, 1})};
    RoomHistory room{.id = 7, .members = {0, 1}, .views = {}};
    room.views[0] = {.last_seq = 3, .read_seq = 0, .peer_read_seq = 1, .unread_count = 1, .history = {}};
    room.views[1] = {.last_seq = 3, .read_seq = 1, .peer_read_seq = 0, .unread_count = 1, .history = {}};
    for (std::uint64_t n = 1; n <= 3; ++n) {
        room.views[0].history.push_back(made_message(n, kAnna));
        room.views[1].history.push_back(made_message(n, kBen));
        world.intents.push_back(
            {n == 2 ? 1U : 0U, 0, "m" + std::to_string(n), "text " + std::to_string(n), 100 + n, n, 0});
    }
    world.intents.push_back({0, 0, "never acknowledged", "lost", 0, 0, 0});
    world.rooms.push_back(room);
    world.marks[{1, 0}] = {.asked = 1, .acknowledged = 1};
    for (std::size_t user = 0; user < 2; ++user) world.clients.push_back({"client", user, world.users[user].log});
    // Anna's first message came to her as an ack.
    world.clients[0].applied[0].type = "ack";
    return world;
}

struct Spoilt {
    const char* how;
    std::function<void(World&)> spoil;
};

const std::vector<Spoilt>& spoilt_worlds() {
    static const std::vector<Spoilt> kSpoilt = {
        {"an acknowledged message is lost", [](World& w) { w.intents[3].id = 104; }},
        {"a message is there twice",
         [](World& w) {
             Message again = w.rooms[0].views[0].history[0];
             again.id = 110;
             again.seq = 4;
             w.rooms[0].views[0].history.push_back(again);
         }},
        {"a message has another content", [](World& w) { w.intents[0].content = "else"; }},
        {"a message has another seq", [](World& w) { w.intents[0].seq = 2; }},
        {"a message that nobody sent", [](World& w) { w.intents.erase(w.intents.begin()); }},
        {"a hole in seq", [](World& w) { w.rooms[0].views[0].history[2].seq = 4; }},
        {"last_seq too large", [](World& w) { w.rooms[0].views[1].last_seq = 4; }},
        {"members see another order",
         [](World& w) { std::swap(w.rooms[0].views[1].history[0], w.rooms[0].views[1].history[1]); }},
        {"time goes back", [](World& w) { w.rooms[0].views[0].history[2].created_at = "2025"; }},
        {"a mark is lost",
         [](World& w) {
             w.marks[{1, 0}] = {.asked = 2, .acknowledged = 2};
         }},
        {"unread_count is wrong", [](World& w) { w.rooms[0].views[1].unread_count = 2; }},
        {"total_unread is wrong", [](World& w) { w.users[0].total_unread = 0; }},
        {"a hole in the log", [](World& w) { w.users[0].log.erase(w.users[0].log.begin() + 1); }},
        {"the head is elsewhere", [](World& w) { w.users[1].head = 5; }},
        {"a count in an event is wrong", [](World& w) { w.users[1].log[2] = message_event(3, kBen, 3); }},
        {"a client missed an event", [](World& w) { w.clients[1].applied.pop_back(); }},
        {"a client has another event",
         [](World& w) { w.clients[1].applied[3] = made_event(4, "message_read", R"("reader_id":12,"seq":1)", 0); }},
        {"an ack of another message", [](World& w) { w.clients[0].applied[0].payload = w.users[0].log[1].payload; }},
    };
    return kSpoilt;
}

int failures_in(const World& world) {
    Verdict verdict;
    check_world(world, verdict);
    return verdict.failed();
}

}  // namespace

std::vector<std::string> check_the_checks() {
    std::vector<std::string> unsound;
    Verdict verdict;
    check_world(sound_world(), verdict);
    if (verdict.failed() > 0) unsound = verdict.broken();
    for (const Spoilt& spoilt : spoilt_worlds()) {
        World world = sound_world();
        spoilt.spoil(world);
        if (failures_in(world) == 0) unsound.push_back(std::string("not noticed: ") + spoilt.how);
    }
    return unsound;
}

}  // namespace billet::chaos
