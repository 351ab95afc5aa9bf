// tools/billetctl/sample_data.cpp — Made-up names and sentences, the same at every run but for the
// names' suffix.
#include "tools/billetctl/sample_data.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>

#include "lib/base/text.h"
#include "lib/store/sample_data.h"
#include "tools/billetctl/output.h"

namespace billet::ctl {
namespace {

using Cards = std::vector<chat::UserCard>;

constexpr std::size_t kUsersAtOnce = 500;
constexpr std::size_t kMessagesAtOnce = 1000;
constexpr std::uint64_t kUnreadMax = 4;

constexpr std::array kGivenNames = {"Ada",  "Björk", "Chidi", "Dilek", "Emil", "Farah", "Goran", "Hana",
                                    "Ines", "Jonas", "Kofi",  "Lena",  "Mei",  "Nils",  "Olga",  "Priya"};
constexpr std::array kFamilyNames = {"Adler",  "Berg",   "Costa", "Demir", "Eriksen", "Fischer", "García", "Haddad",
                                     "Ivanov", "Jensen", "Kim",   "Lopez", "Moreau",  "Novak",   "Okafor", "Petrov"};
constexpr std::array kOpenings = {
    "Morning!",        "Quick question:", "By the way,",    "Ha, yes.", "Sorry, I was in a meeting.",
    "Did you see it?", "Right,",          "One more thing:"};
constexpr std::array kMiddles = {"the draft is in the shared folder",
                                 "lunch at half past twelve would suit me",
                                 "the train is late again",
                                 "I have read your notes twice now",
                                 "the numbers look better than last week",
                                 "somebody left the window open",
                                 "the meeting has moved to Thursday",
                                 "I can take the first half"};
constexpr std::array kEndings = {
    ".", ", if that is fine with you.", " — what do you think?", ". Thanks!", " 🙂", ", no hurry."};

template <std::size_t Size>
const char* one_of(const std::array<const char*, Size>& list, std::mt19937_64& random) {
    return list[random() % Size];
}

std::string sentence_of(std::mt19937_64& random) {
    std::string text = one_of(kOpenings, random);
    text.append(" ").append(one_of(kMiddles, random)).append(one_of(kEndings, random));
    return text;
}

Result<Cards> add_users(store::SampleData& data, const SampleSize& size, Time created_at) {
    const std::string batch = random_id().substr(0, 6);
    Cards users;
    Progress progress("making users", size.users);
    while (users.size() < size.users && !is_interrupted()) {
        Cards wishes;
        for (std::size_t i = users.size(); i < size.users && wishes.size() < kUsersAtOnce; ++i) {
            const std::string number = std::to_string(i + 1);
            wishes.push_back({{},
                              "sample-" + batch + "-" + number,
                              std::string(kGivenNames[i % kGivenNames.size()]) + " " +
                                  kFamilyNames[i / kGivenNames.size() % kFamilyNames.size()]});
        }
        auto made = data.add_users(wishes, created_at);
        if (!made) return std::move(made).error();
        users.insert(users.end(), made->begin(), made->end());
        progress.advance(made->size());
    }
    return users;
}

// All pairs that can have a room, in an order that gives everybody rooms early. With `centre` the
// pairs of it and each user.
class Pairs {
public:
    Pairs(const Cards& users, const std::optional<chat::UserCard>& centre) : users_(users), centre_(centre) {}

    std::uint64_t count() const {
        const std::uint64_t users = users_.size();
        return centre_ ? users : users * (users - std::min<std::uint64_t>(users, 1)) / 2;
    }

    std::pair<chat::UserCard, chat::UserCard> next() {
        if (centre_) return {*centre_, users_[position_++]};
        const auto& one = users_[position_];
        const auto& other = users_[position_ + distance_];
        if (++position_ + distance_ == users_.size()) {
            position_ = 0;
            ++distance_;
        }
        return {one, other};
    }

private:
    const Cards& users_;
    const std::optional<chat::UserCard>& centre_;
    std::size_t position_ = 0;
    std::size_t distance_ = 1;
};

// When messages are sent: evenly over the time from `start` to `end`, by one or the other, in short
// runs.
std::vector<store::SampleMessage> messages_of(std::uint64_t first, std::uint64_t count, std::uint64_t total, Time start,
                                              Time end, std::mt19937_64& random) {
    std::vector<store::SampleMessage> messages;
    const auto step = (end - start) / static_cast<std::int64_t>(total + 1);
    for (std::uint64_t i = first; i < first + count; ++i) {
        messages.push_back({.sender = random() % 2,
                            .content = sentence_of(random),
                            .created_at = start + step * static_cast<std::int64_t>(i + 1)});
    }
    return messages;
}

Result<void> fill_room(store::SampleData& data, const chat::RoomState& room, std::uint64_t total, Time start, Time end,
                       std::mt19937_64& random, Progress& progress) {
    for (std::uint64_t first = 0; first < total && !is_interrupted();) {
        const std::uint64_t count = std::min<std::uint64_t>(kMessagesAtOnce, total - first);
        if (auto added = data.add_messages(room, messages_of(first, count, total, start, end, random),
                                           random() % (kUnreadMax + 1));
            !added)
            return added;
        first += count;
        progress.advance(count);
    }
    return {};
}

Result<std::optional<chat::UserCard>> centre_of(Operator& op, const std::string& name) {
    if (name.empty()) return std::optional<chat::UserCard>{};
    auto store = op.store();
    if (!store) return std::move(store).error();
    auto user = (*store)->user_by_name(name);
    if (!user && user.error().code == Code::kNotFound)
        return make_error(Code::kNotFound, "there is no user '" + name + "'");
    if (!user) return std::move(user).error();
    return std::optional{chat::card_of(*user)};
}

Result<std::vector<chat::RoomState>> add_rooms(store::SampleData& data, Pairs& pairs, std::uint64_t count,
                                               Time created_at) {
    std::vector<chat::RoomState> rooms;
    Progress progress("opening rooms", count);
    while (rooms.size() < count && !is_interrupted()) {
        const auto [one, other] = pairs.next();
        auto room = data.add_room(one, other, created_at);
        if (!room) return std::move(room).error();
        rooms.push_back(*room);
        progress.advance(1);
    }
    return rooms;
}

Result<void> fill_rooms(store::SampleData& data, const std::vector<chat::RoomState>& rooms, std::uint64_t messages,
                        Time start, Time end) {
    std::mt19937_64 random(42);
    Progress progress("writing messages", messages);
    for (std::size_t i = 0; i < rooms.size() && !is_interrupted(); ++i) {
        const std::uint64_t share = messages / rooms.size() + (i < messages % rooms.size() ? 1 : 0);
        if (auto filled = fill_room(data, rooms[i], share, start, end, random, progress); !filled) return filled;
    }
    return {};
}

}  // namespace

Result<void> make_sample_data(Operator& op, const SampleSize& size) {
    auto sealer = op.sealer();
    if (!sealer) return std::move(sealer).error();
    auto centre = centre_of(op, size.rooms_for);
    if (!centre) return std::move(centre).error();
    const std::uint64_t rooms_max =
        size.rooms_for.empty() ? size.users * (size.users - std::min<std::uint64_t>(size.users, 1)) / 2 : size.users;
    if (size.rooms > rooms_max) {
        return make_error(Code::kInvalidArgument, std::to_string(size.users) + " users make at most " +
                                                      std::to_string(rooms_max) + " rooms; give more --users");
    }
    watch_for_interrupts();
    const Time end = now();
    const Time start = end - std::chrono::hours{24} * size.days;
    store::SampleData data(op.config().database, **sealer);
    auto users = add_users(data, size, start);
    if (!users) return std::move(users).error();
    Pairs pairs(*users, *centre);
    auto rooms = add_rooms(data, pairs, std::min(size.rooms, pairs.count()), start);
    if (!rooms) return std::move(rooms).error();
    if (auto filled = fill_rooms(data, *rooms, size.messages, start, end); !filled) return filled;
    if (is_interrupted()) return make_error(Code::kUnavailable, "stopped before the end; what has been made stays");
    say("made " + std::to_string(users->size()) + " users, " + std::to_string(rooms->size()) + " rooms, " +
        std::to_string(size.messages) + " messages");
    return {};
}

}  // namespace billet::ctl
