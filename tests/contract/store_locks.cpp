// tests/contract/store_locks.cpp — What comes with the locks of a room: how the asker stands, and
// what somebody else's locks mean.
#include <array>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "lib/base/config/limits.h"
#include "lib/base/session_id.h"
#include "lib/base/text.h"
#include "lib/chat/send_message.h"
#include "tests/contract/store_case.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::chat;
using billet::contract::MariaDbCase;
using billet::contract::StoreCase;

namespace {

std::string told(const Standing& standing) {
    if (!standing.has_account) return "nobody";
    std::string text = standing.disabled ? "disabled" : "stands";
    return text + (standing.has_session ? (standing.revoked ? ", revoked" : ", session") : ", no session");
}

// Of each question, asked together.
std::vector<std::string> standings(Store& store, SessionStore& identities, const std::vector<RoomQuestion>& questions) {
    std::vector<std::string> texts;
    const auto done = store.transact([&](Transaction& transaction) -> Result<void> {
        auto locked = transaction.lock_rooms(questions, Patience::kBrief);
        if (!locked) return std::move(locked).error();
        texts.clear();
        for (const RoomAnswer& answer : locked->answers)
            texts.push_back(answer.standing ? told(*answer.standing) : "not asked");
        for (std::size_t i = 0; i < questions.size(); ++i) {
            const auto& standing = locked->answers[i].standing;
            if (!standing || !standing->has_account) continue;
            CHECK_TRUE(standing->sessions_ended_at ==
                       identities.identity(questions[i].member, questions[i].session_id)->sessions_ended_at);
        }
        return {};
    });
    if (!done) FAIL(done.error().detail.c_str());
    return texts;
}

Session new_session(StoreCase& on, const User& user) {
    const Session session{.id = random_id(),
                          .user = user.id,
                          .refresh_generation = 1,
                          .expires_at = now() + std::chrono::hours{1},
                          .revoked = false};
    CHECK_TRUE(on.store().create_session(session).ok());
    return session;
}

// A transaction elsewhere that holds the locks of a room until it is let go.
class Holder {
public:
    Holder(StoreCase& on, RoomId room, UserId member) : store_(on.open()) {
        std::promise<void> locked;
        auto is_locked = locked.get_future();
        thread_ = std::thread([this, room, member, &locked] {
            const auto done = store_->transact([&](Transaction& transaction) -> Result<void> {
                const RoomQuestion question{
                    .room = room, .member = member, .client_msg_id = {}, .unread_above = std::nullopt};
                auto held = transaction.lock_rooms({&question, 1}, Patience::kWaits);
                if (!held) return std::move(held).error();
                locked.set_value();
                go_.get_future().wait();
                return {};
            });
            static_cast<void>(done);
        });
        is_locked.wait();
    }
    ~Holder() { let_go(); }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;
    void let_go() {
        if (!thread_.joinable()) return;
        go_.set_value();
        thread_.join();
    }

private:
    std::shared_ptr<Store> store_;
    std::promise<void> go_;
    std::thread thread_;
};

std::unique_ptr<MessageWrite> message(const User& sender, RoomId room) {
    auto write = MessageWrite::checked(LimitsConfig{}, {.user = sender.id},
                                       {.room = room, .client_msg_id = StoreCase::unique("c"), .content = "text"});
    return std::make_unique<MessageWrite>(std::move(write).value());
}

}  // namespace

STORE_RULES()

STORE_RULE(HowTheAskerStandsComesWithTheLocksAloneAndTogether) {
    const User ann = on.user("ann");
    const User bob = on.user("bob");
    const User cat = on.user("cat");
    const RoomId room = on.room(ann, bob);
    const Session anns = new_session(on, ann);
    const Session bobs = new_session(on, bob);
    const Session cats = new_session(on, cat);
    CHECK_TRUE(on.store().revoke_session(bobs.id, bob.id, bobs.expires_at).ok());
    CHECK_TRUE(on.store().set_disabled(cat.id, true).ok());
    const std::string host = host_session_id(std::string(32, 'a'), now());
    const auto question = [&](RoomId where, UserId who, std::string_view session) {
        return RoomQuestion{
            .room = where, .member = who, .client_msg_id = {}, .unread_above = std::nullopt, .session_id = session};
    };
    const std::vector<RoomQuestion> questions = {
        question(room, ann.id, anns.id),           question(room, ann.id, host),
        question(room, ann.id, bobs.id),           question(room, bob.id, bobs.id),
        question(room, cat.id, cats.id),           question(RoomId{kIdMax}, ann.id, anns.id),
        question(room, UserId{kIdMax}, "nowhere"), question(room, bob.id, {}),
    };
    const std::vector<std::string> expected = {"stands, session", "stands, no session", "stands, no session",
                                               "stands, revoked", "disabled, revoked",  "stands, session",
                                               "nobody",          "not asked"};

    const auto other = on.open();
    const std::vector<std::string> together = standings(on.store(), *other, questions);
    for (std::size_t i = 0; i < questions.size(); ++i) {
        STRCMP_EQUAL(expected[i].c_str(), together[i].c_str());
        STRCMP_EQUAL(expected[i].c_str(), standings(on.store(), *other, {questions[i]}).front().c_str());
    }
}

TEST(MariaDbStoreKeeps, ALoneWriteIntoAHeldRoomIsGivenBackAtOnceOrWaits) {
    MariaDbCase on;
    const User ann = on.user("ann");
    const User bob = on.user("bob");
    const RoomId room = on.room(ann, bob);
    Holder holder(on, room, ann.id);
    const auto hasty = message(ann, room);
    const std::array<Write*, 1> alone{hasty.get()};

    LONGS_EQUAL(1, write_together(on.store(), alone, Patience::kBrief).size());
    CHECK_TRUE(write_together(on.store(), alone, Patience::kWaits).empty());

    CHECK_TRUE(hasty->outcome().error().code == Code::kUnavailable);  // the lock wait has ended
    holder.let_go();
    CHECK_TRUE(write_together(on.store(), alone, Patience::kBrief).empty());
    CHECK_TRUE(hasty->outcome()->message.seq == Seq{1});
}

TEST(MariaDbStoreKeeps, AHeldRoomIsSetApartFromThoseThatShareTheTransaction) {
    MariaDbCase on;
    const User ann = on.user("ann");
    const User bob = on.user("bob");
    const User cat = on.user("cat");
    const User dan = on.user("dan");
    const RoomId held = on.room(ann, bob);
    const RoomId shares_a_member = on.room(bob, cat);
    const RoomId free = on.room(cat, dan);
    Holder holder(on, held, ann.id);
    const auto first = message(ann, held);
    const auto second = message(cat, shares_a_member);
    const auto third = message(dan, free);
    const auto fourth = message(ann, RoomId{kIdMax});
    const std::array<Write*, 4> all{first.get(), second.get(), third.get(), fourth.get()};

    const std::vector<Write*> busy = write_together(on.store(), all, Patience::kBrief);

    CHECK_TRUE((busy == std::vector<Write*>{first.get(), second.get()}));
    CHECK_TRUE(third->outcome().ok());
    CHECK_TRUE(fourth->outcome().error().code == Code::kNotFound);
    holder.let_go();
    CHECK_TRUE(write_together(on.store(), busy, Patience::kBrief).empty());
    CHECK_TRUE(first->outcome().ok() && second->outcome().ok());
}
