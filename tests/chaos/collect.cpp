// tests/chaos/collect.cpp — Page after page.
#include "tests/chaos/collect.h"

#include <cstdint>

#include "tests/support/http.h"

namespace billet::chaos {
namespace {

using tests::member_of;
using tests::number_of;
using tests::text_of;

std::vector<Message> read_history(tests::Http& http, const std::string& room_path, const std::string& token) {
    std::vector<Message> history;
    for (std::uint64_t last = 0;;) {
        const wire::Json page =
            http.get(room_path + "/messages?limit=200&after_seq=" + std::to_string(last), token).json();
        for (const wire::Json& message : page.items) history.push_back(message_of(message));
        // A page that does not go on ends it: what is missing then shows in the checks.
        if (page.items.empty() || history.back().seq <= last) return history;
        last = history.back().seq;
    }
}

RoomView read_room(tests::Http& http, const std::string& room_path, const std::string& token) {
    const wire::Json room = http.get(room_path, token).json();
    return {.last_seq = number_of(room, "last_seq"),
            .read_seq = number_of(room, "read_seq"),
            .peer_read_seq = number_of(room, "peer_read_seq"),
            .unread_count = number_of(room, "unread_count"),
            .history = read_history(http, room_path, token)};
}

std::vector<Event> read_log(tests::Http& http, const std::string& epoch, const std::string& token) {
    std::vector<Event> log;
    for (std::uint64_t cursor = 0;;) {
        const wire::Json page =
            http.get("/chat/sync?limit=500&cursor=" + std::to_string(cursor) + "&epoch=" + epoch, token).json();
        for (const wire::Json& event : member_of(page, "events").items)
            log.push_back({number_of(event, "cursor"), text_of(event, "type"), member_of(event, "payload")});
        const std::uint64_t next = number_of(page, "cursor");
        if (!member_of(page, "more").boolean || next <= cursor) return log;
        cursor = next;
    }
}

UserHistory read_user(tests::Http& http, Account& account, const std::string& epoch) {
    const std::string token = account.fresh_token();
    const wire::Json unread = http.get("/chat/unread", token).json();
    return {.id = account.id(),
            .total_unread = number_of(unread, "total_unread"),
            .rooms_unread = number_of(unread, "rooms_unread"),
            .head = http.get("/chat/sync", token).number("cursor"),
            .log = read_log(http, epoch, token)};
}

}  // namespace

World collect(Scene& scene) {
    tests::Http http;
    World world;
    world.rooms = scene.rooms;
    for (std::size_t i = 0; i < world.rooms.size(); ++i)
        for (std::size_t side = 0; side < 2; ++side)
            world.rooms[i].views.at(side) = read_room(http, scene.path_of_room(i),
                                                      scene.accounts.at(world.rooms[i].members.at(side)).fresh_token());
    for (Account& account : scene.accounts) world.users.push_back(read_user(http, account, scene.epoch));
    world.intents = scene.journal.intents();
    world.marks = scene.journal.marks();
    return world;
}

}  // namespace billet::chaos
