// tests/chaos/scene.h — What all clients share: accounts, rooms, the stage of the play, the
// journal.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "tests/chaos/journal.h"
#include "tests/chaos/world.h"
#include "tests/support/stack.h"

namespace billet::chaos {

enum class Stage {
    kLoad,    // new commands all the time
    kSettle,  // no new ones; those that were begun are finished
    kListen,  // sockets only read
    kOver,
};

// One person's login, shared by their clients. Thread-safe.
class Account {
public:
    Account();

    std::uint64_t id() const { return person_.id; }
    std::string token() const;
    // After `refused` was refused: logs in again, unless another client has done so. The caller
    // tries again whatever comes of it.
    void renew(const std::string& refused);
    // Logs in. The old token when that fails.
    std::string fresh_token();

private:
    mutable std::mutex mutex_;
    tests::Person person_;
};

struct Scene {
    Journal journal;
    std::deque<Account> accounts;
    std::vector<RoomHistory> rooms;  // without views
    std::string epoch;
    std::atomic<Stage> stage = Stage::kLoad;

    // `users` accounts, with a room for each two of them. Empty rooms: the stack does not answer.
    explicit Scene(std::size_t users);

    // Indices of the rooms that a user is in.
    std::vector<std::size_t> rooms_of(std::size_t user) const;
    // The index of the room with that id; rooms.size() when there is none.
    std::size_t room_with_id(std::uint64_t id) const;
    std::string path_of_room(std::size_t room) const;
};

// A client's own dice.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : random_(seed) {}

    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    bool one_in(std::uint64_t n) { return below(n) == 0; }
    int between(int from, int to) { return from + static_cast<int>(below(static_cast<std::uint64_t>(to - from + 1))); }
    // Text of any length, with characters of one to four bytes, unique by `name`.
    std::string content(const std::string& name);

private:
    std::mt19937_64 random_;
};

// Waits between tries: doubles from 50 ms to 1 s, with jitter.
class BackOff {
public:
    int next_ms(Dice& dice);
    void reset() { ms_ = 50; }

private:
    int ms_ = 50;
};

}  // namespace billet::chaos
