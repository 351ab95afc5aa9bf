// tests/contract/store_cost.cpp — A page costs what the page is, however much lies around it: rows
// that MariaDB touches, counted by itself.
#include <cstdint>
#include <string>
#include <vector>

#include "lib/store/database_connection.h"
#include "lib/store/sample_data.h"
#include "tests/contract/store_case.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::contract;

namespace {

constexpr std::uint64_t kMany = 2000;
constexpr std::size_t kPage = 10;
// Of a page: each row with what is joined to it, twice over where it is sorted. A tenth of kMany.
constexpr std::uint64_t kTouchedMax = 200;

// Reads of rows by all connections so far. Nothing else uses the database meanwhile but a stack's
// daemons, a few rows at a time.
std::uint64_t rows_touched(store::DatabaseConnection& connection) {
    auto rows = connection.query_text(
        "SELECT CAST(SUM(VARIABLE_VALUE) AS UNSIGNED) FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME LIKE "
        "'HANDLER_READ%'");
    rows.next();
    return rows.number(1);
}

}  // namespace

TEST_GROUP(MariaDbStoreCosts) {
    MariaDbCase on;
    chat::User anna;
    chat::User ben;

    void setup() override {
        anna = on.user("anna");
        ben = on.user("ben");
    }

    // What looking at the counter itself adds is taken off.
    template <typename Act>
    std::uint64_t touched_by(Act act) {
        store::DatabaseConnection connection(MariaDbCase::database());
        const std::uint64_t first = rows_touched(connection);
        const std::uint64_t second = rows_touched(connection);
        act();
        const std::uint64_t third = rows_touched(connection);
        const std::uint64_t looking = second - first;
        return third - second > looking ? third - second - looking : 0;
    }

    RoomId long_room() {
        store::SampleData data(MariaDbCase::database(), *MariaDbCase::sealer());
        const auto state =
            data.add_room({anna.id, anna.username, anna.display_name}, {ben.id, ben.username, ben.display_name}, now());
        CHECK_TRUE(state.ok());
        std::vector<store::SampleMessage> messages;
        for (std::uint64_t i = 0; i < kMany; ++i)
            messages.push_back({.sender = i % 2, .content = "x", .created_at = now()});
        CHECK_TRUE(data.add_messages(*state, messages, 0).ok());
        return state->id;
    }

    void check_history(chat::HistoryFrom from, std::uint64_t seq) {
        const RoomId room = long_room();
        std::size_t got = 0;

        const std::uint64_t touched = touched_by([&] {
            auto page = on.store().messages(room, anna.id, {.from = from, .seq = Seq{seq}}, kPage);
            got = page.ok() ? page->messages.size() : 0;
        });

        LONGS_EQUAL(kPage, got);
        CHECK_TRUE_TEXT(touched <= kTouchedMax, (std::to_string(touched) + " rows were touched").c_str());
    }
};

TEST(MariaDbStoreCosts, NewestPageOfALongRoom) {
    check_history(chat::HistoryFrom::kNewest, 0);
}

TEST(MariaDbStoreCosts, PageBefore) {
    check_history(chat::HistoryFrom::kBefore, kMany / 2);
}

TEST(MariaDbStoreCosts, PageAfter) {
    check_history(chat::HistoryFrom::kAfter, kMany / 2);
}

TEST(MariaDbStoreCosts, PageAround) {
    check_history(chat::HistoryFrom::kAround, kMany / 2);
}

TEST(MariaDbStoreCosts, PageOfALongLog) {
    long_room();
    std::size_t got = 0;

    const std::uint64_t touched = touched_by([&] {
        auto page = on.store().events(anna.id, Cursor{kMany / 2}, kPage);
        got = page.ok() ? page->events.size() : 0;
    });

    LONGS_EQUAL(kPage, got);
    CHECK_TRUE_TEXT(touched <= kTouchedMax, (std::to_string(touched) + " rows were touched").c_str());
}
