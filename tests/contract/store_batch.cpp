// tests/contract/store_batch.cpp — Writes that share a transaction end as if each had come alone,
// one after the other.
#include <array>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "lib/base/config/limits.h"
#include "lib/chat/mark_read.h"
#include "lib/chat/send_message.h"
#include "tests/contract/store_case.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::chat;
using billet::contract::StoreCase;

namespace {

constexpr std::size_t kPeople = 5;
constexpr int kRounds = 12;
constexpr std::uint64_t kWritesMax = 24;

// A write as it is planned, for whichever people carry it out.
struct Plan {
    std::size_t who = 0;
    std::size_t room = 0;  // one more than there are: a room that does not exist
    bool sends = true;
    int name = 0;
    int text = 0;
    std::optional<std::uint64_t> mark;
};

// Five people; a room for each two of the first four, none for the last. One pair is blocked, one
// person is disabled.
class People {
public:
    explicit People(StoreCase& on) : on_(on) {
        for (std::size_t i = 0; i < kPeople; ++i) people_.push_back(on.user("p" + std::to_string(i)));
        for (std::size_t i = 0; i + 1 < kPeople; ++i) {
            for (std::size_t j = i + 1; j + 1 < kPeople; ++j) rooms_.push_back(on.room(people_[i], people_[j]));
        }
        CHECK_TRUE(contract::block(on.store(), people_[0].id, people_[1].id, true).ok());
        CHECK_TRUE(on.store().set_disabled(people_[3].id, true).ok());
    }

    std::size_t rooms() const { return rooms_.size(); }

    // What became of each, as text.
    std::string carry_out(const std::vector<Plan>& plans, bool together) {
        std::vector<std::unique_ptr<Write>> writes;
        std::vector<Write*> all;
        for (const Plan& plan : plans) {
            writes.push_back(write_of(plan));
            all.push_back(writes.back().get());
        }
        if (together) {
            chat::write_together(on_.store(), all, Patience::kWaits);
        } else {
            for (Write*& write : all) chat::write_together(on_.store(), {&write, 1}, Patience::kWaits);
        }
        std::string text;
        for (std::size_t i = 0; i < plans.size(); ++i) text += told(*writes[i], plans[i].sends) + "\n";
        return text;
    }

    // Everything that can be read, with people and rooms by their places.
    std::string everything() {
        std::string text;
        for (const User& person : people_) {
            const auto head = on_.store().head(person.id);
            text += "head " + std::to_string(head->head.value) + " " + std::to_string(head->total_unread) + "/" +
                    std::to_string(head->rooms_unread) + "\n";
            const auto page = on_.store().events(person.id, Cursor{}, 1000);
            for (const Event& event : page->events) text += told(event) + "\n";
        }
        for (const RoomId room : rooms_) text += told_room(room) + "\n";
        return text;
    }

private:
    StoreCase& on_;
    std::vector<User> people_;
    std::vector<RoomId> rooms_;
    LimitsConfig limits_;

    std::unique_ptr<Write> write_of(const Plan& plan) const {
        const UserId who = people_[plan.who].id;
        const RoomId room = plan.room < rooms_.size() ? rooms_[plan.room] : RoomId{std::uint64_t{1} << 40U};
        if (!plan.sends)
            return std::make_unique<ReadWrite>(Write::Origin{.user = who}, room,
                                               plan.mark ? std::optional{Seq{*plan.mark}} : std::nullopt);
        auto write = MessageWrite::checked(limits_, {.user = who},
                                           {.room = room,
                                            .client_msg_id = "name-" + std::to_string(plan.name),
                                            .content = "text " + std::to_string(plan.text)});
        return std::make_unique<MessageWrite>(std::move(write).value());
    }

    static std::string told(const Write& write, bool sends) {
        if (!sends) {
            const auto& outcome = static_cast<const ReadWrite&>(write).outcome();
            if (!outcome) return "refused " + std::string(code_name(outcome.error().code));
            return "read " + std::to_string(outcome->seq.value) + " " + std::to_string(outcome->unread_count) + "/" +
                   std::to_string(outcome->total_unread) + (outcome->moved ? " moved" : "");
        }
        const auto& outcome = static_cast<const MessageWrite&>(write).outcome();
        if (!outcome) return "refused " + std::string(code_name(outcome.error().code));
        return "sent " + std::to_string(outcome->message.seq.value) + " at " + std::to_string(outcome->cursor.value) +
               " " + outcome->message.content + (outcome->duplicate ? " duplicate" : "");
    }

    std::string place(RoomId room) const {
        for (std::size_t i = 0; i < rooms_.size(); ++i) {
            if (rooms_[i] == room) return "r" + std::to_string(i);
        }
        return "r?";
    }

    std::string told(const Event& event) const {
        std::string text = std::to_string(event.cursor.value) + " " + std::string(event_type(event).name);
        if (const auto* sent = std::get_if<MessageEvent>(&event.payload)) {
            text += " " + place(sent->message.room) + " " + std::to_string(sent->message.seq.value) + " " +
                    sent->message.client_msg_id + " " + std::to_string(sent->unread_count) + "/" +
                    std::to_string(sent->total_unread);
        } else if (const auto* read = std::get_if<ReadEvent>(&event.payload)) {
            text += " " + place(read->room) + " " + std::to_string(read->seq.value) + " " +
                    std::to_string(read->unread_count) + "/" + std::to_string(read->total_unread);
        }
        return text;
    }

    std::string told_room(RoomId room) {
        for (const User& person : people_) {
            const auto state = on_.store().room_state(room, person.id);
            if (!state) continue;
            std::string text = place(room) + " " + std::to_string(state->last_seq.value);
            for (std::size_t i = 0; i < 2; ++i)
                text += " " + std::to_string(state->read_seq[i].value) + "/" + std::to_string(state->unread[i]);
            const auto page = on_.store().messages(room, person.id, {}, 200);
            for (const Message& message : page->messages) {
                text += " " + std::to_string(message.seq.value) + ":" + message.client_msg_id + ":" + message.content +
                        (message.is_read ? ":read" : "");
            }
            return text;
        }
        return "nobody's";
    }
};

std::vector<Plan> plans(std::mt19937_64& random, std::size_t rooms) {
    std::vector<Plan> plans(1 + random() % kWritesMax);
    for (Plan& plan : plans) {
        plan.who = random() % kPeople;
        plan.room = random() % 16 == 0 ? rooms : random() % rooms;
        plan.sends = random() % 3 != 0;
        plan.name = static_cast<int>(random() % 40);
        // Mostly one text for a name: a second send of it is a retry.
        plan.text = plan.name + (random() % 8 == 0 ? 1 : 0);
        if (random() % 2 == 0) plan.mark = random() % 12;
    }
    return plans;
}

}  // namespace

STORE_RULES()

STORE_RULE(ABatchIsItsWritesOneAfterTheOther) {
    std::mt19937_64 random(20261128);
    People together(on);
    People alone(on);
    for (int round = 0; round < kRounds; ++round) {
        const std::vector<Plan> some = plans(random, together.rooms());
        const std::string expected = alone.carry_out(some, false);
        STRCMP_EQUAL(expected.c_str(), together.carry_out(some, true).c_str());
        STRCMP_EQUAL(alone.everything().c_str(), together.everything().c_str());
    }
}
