// tests/chaos/scene.cpp — Accounts and rooms by REST, before the first fault.
#include "tests/chaos/scene.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "tests/support/http.h"

namespace billet::chaos {

Account::Account() : person_(tests::new_person("chaos")) {}

std::string Account::token() const {
    const std::lock_guard lock(mutex_);
    return person_.token;
}

void Account::renew(const std::string& refused) {
    const std::lock_guard lock(mutex_);
    if (person_.token != refused) return;
    tests::Http http;
    const std::string body = R"({"username":)" + tests::json_string(person_.name) + R"(,"password":)" +
                             tests::json_string(person_.password) + "}";
    const tests::HttpReply reply = http.post("/auth/login", "", body);
    if (reply.status == 200) person_.token = reply.text("access_token");
}

std::string Account::fresh_token() {
    renew(token());
    return token();
}

Scene::Scene(std::size_t users) {
    tests::Http http;
    for (std::size_t i = 0; i < users; ++i) accounts.emplace_back();
    for (std::size_t one = 0; one < users; ++one) {
        for (std::size_t other = one + 1; other < users; ++other) {
            const std::string body = R"({"other_user_id":)" + std::to_string(accounts[other].id()) + "}";
            RoomHistory room;
            room.id = http.post("/chat/rooms", accounts[one].token(), body).number("id");
            room.members = {one, other};
            if (room.id != 0) rooms.push_back(std::move(room));
        }
    }
    if (rooms.size() != users * (users - 1) / 2) rooms.clear();
    epoch = http.get("/chat/sync", accounts[0].token()).text("epoch");
}

std::vector<std::size_t> Scene::rooms_of(std::size_t user) const {
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < rooms.size(); ++i)
        if (rooms[i].side_of(user) < 2) indices.push_back(i);
    return indices;
}

std::size_t Scene::room_with_id(std::uint64_t id) const {
    const auto found = std::ranges::find(rooms, id, &RoomHistory::id);
    return static_cast<std::size_t>(found - rooms.begin());
}

std::string Scene::path_of_room(std::size_t room) const {
    return "/chat/rooms/" + std::to_string(rooms.at(room).id);
}

std::string Dice::content(const std::string& name) {
    constexpr std::array kPieces = {"a", "é", "汉", "😀", " ", "\\", "\"", "</b>"};
    std::string text = name + " ";
    for (std::uint64_t length = one_in(20) ? 600 : below(60); length > 0; --length)
        text += kPieces.at(below(kPieces.size()));
    return text;
}

int BackOff::next_ms(Dice& dice) {
    const int wait = dice.between(ms_ / 2, ms_);
    ms_ = std::min(1000, 2 * ms_);
    return wait;
}

}  // namespace billet::chaos
