// tests/unit/store_sql.cpp — SQL that is put together while compiling, and what can become a
// statement.
#include "lib/store/sql.h"

#include <string>
#include <type_traits>

#include "lib/store/events.h"
#include "lib/store/inserts.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::store;

namespace {

template <typename Text>
concept BecomesStatement = std::is_constructible_v<Statement, Text>;

// A text that was made or copied at run time does not; an array of characters and a text of no
// static storage are refused where they stand.
static_assert(!BecomesStatement<std::string>);
static_assert(!BecomesStatement<std::string&>);
static_assert(!BecomesStatement<std::string_view>);
static_assert(!BecomesStatement<const char*>);

constexpr auto kColumns = sql_text("id, name");
constexpr auto kQuestion = "SELECT " + kColumns + " FROM things WHERE id IN (" + places<3>() + ")";
constexpr Statement kLiteral = "SELECT 1";

}  // namespace

TEST_GROUP(Sql) {
};

TEST(Sql, PartsAreOneText) {
    STRCMP_EQUAL("SELECT id, name FROM things WHERE id IN (?, ?, ?)", Statement(kQuestion).text());
    STRCMP_EQUAL("SELECT 1", kLiteral.text());
}

TEST(Sql, OneTextIsOneStatement) {
    POINTERS_EQUAL(Statement(kQuestion).text(), Statement(kQuestion).text());
    POINTERS_EQUAL(Statement(kInsertEvents<2>).text(), Statement(kInsertEvents<2>).text());
}

TEST(Sql, RowsOfPlaces) {
    STRCMP_EQUAL("(?, ?)", (rows_of_places<1, 2>().characters.data()));
    STRCMP_EQUAL("(?), (?), (?)", (rows_of_places<3, 1>().characters.data()));
}

TEST(Sql, NumbersInDigits) {
    STRCMP_EQUAL("0", sql_number<0>().characters.data());
    STRCMP_EQUAL("10", sql_number<10>().characters.data());
    STRCMP_EQUAL("4071", sql_number<4071>().characters.data());
}

TEST(Sql, TypesOfEventsByWhatTheyAreToldWith) {
    STRCMP_EQUAL("1", types_told_with_message().characters.data());
}

TEST(Sql, ColumnsAreCounted) {
    LONGS_EQUAL(1, columns_in(sql_text("id")));
    LONGS_EQUAL(2, columns_in(kColumns));
}

TEST(Sql, StatementsWithTheEndOfTheirTransaction) {
    constexpr auto kClosing = closing(sql_text("UPDATE a; UPDATE b; "));
    STRCMP_EQUAL("BEGIN NOT ATOMIC UPDATE a; UPDATE b; COMMIT; END", kClosing.characters.data());
}
