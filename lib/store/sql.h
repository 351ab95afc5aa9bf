// lib/store/sql.h — SQL as constants: texts put together while compiling, and statements that
// nothing made at run time can become.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace billet::store {

// A text that is a constant: `constexpr auto kUser = "SELECT " + kUserColumns + " FROM users u
// WHERE u.id = ?";`
template <std::size_t Size>
struct SqlText {
    std::array<char, Size + 1> characters{};  // ends with NUL

    constexpr std::string_view view() const { return {characters.data(), Size}; }
};

template <std::size_t SizeWithNul>
constexpr auto sql_text(const char (&literal)[SizeWithNul]) {
    SqlText<SizeWithNul - 1> text;
    std::copy_n(literal, SizeWithNul - 1, text.characters.begin());
    return text;
}

template <std::size_t Left, std::size_t Right>
constexpr auto operator+(const SqlText<Left>& left, const SqlText<Right>& right) {
    SqlText<Left + Right> text;
    std::copy_n(left.characters.begin(), Left, text.characters.begin());
    std::copy_n(right.characters.begin(), Right, text.characters.begin() + Left);
    return text;
}

template <std::size_t Left, std::size_t Right>
constexpr auto operator+(const char (&left)[Left], const SqlText<Right>& right) {
    return sql_text(left) + right;
}

template <std::size_t Left, std::size_t Right>
constexpr auto operator+(const SqlText<Left>& left, const char (&right)[Right]) {
    return left + sql_text(right);
}

// In decimal digits.
template <std::uint64_t Number>
constexpr auto sql_number() {
    if constexpr (Number < 10)
        return SqlText<1>{{static_cast<char>('0' + Number)}};
    else
        return sql_number<Number / 10>() + sql_number<Number % 10>();
}

// `Count` times the item, with the separator between them.
template <std::size_t Count, std::size_t Item, std::size_t Separator>
constexpr auto repeated(const SqlText<Item>& item, const SqlText<Separator>& separator) {
    SqlText<Count * Item + (Count - 1) * Separator> text;
    auto end = text.characters.begin();
    for (std::size_t i = 0; i < Count; ++i) {
        if (i > 0) end = std::copy_n(separator.characters.begin(), Separator, end);
        end = std::copy_n(item.characters.begin(), Item, end);
    }
    return text;
}

// How many columns a list of plain names has.
template <std::size_t Size>
constexpr std::size_t columns_in(const SqlText<Size>& list) {
    return 1 + static_cast<std::size_t>(std::ranges::count(list.view(), ','));
}

// The places of so many values: "?, ?, ?".
template <std::size_t Count>
constexpr auto places() {
    return repeated<Count>(sql_text("?"), sql_text(", "));
}

// The same for so many rows: "(?, ?), (?, ?)".
template <std::size_t Rows, std::size_t Columns>
constexpr auto rows_of_places() {
    return repeated<Rows>("(" + places<Columns>() + ")", sql_text(", "));
}

// One compound statement of `updates` (each ended by "; ") and the end of their transaction.
// Compound statements are prepared like any other (MariaDB 10.6), with parameters; a failure inside
// ends them there.
template <std::size_t Size>
constexpr auto closing(const SqlText<Size>& updates) {
    return "BEGIN NOT ATOMIC " + updates + "COMMIT; END";
}

// What a connection prepares, once: its address is its name. Made while compiling, of a literal or
// a text with static storage only: a string, and a text that lives no longer than its expression,
// are refused by the compiler.
class Statement {
public:
    template <std::size_t SizeWithNul>
    consteval Statement(const char (&literal)[SizeWithNul]) : text_(literal) {}
    template <std::size_t Size>
    consteval Statement(const SqlText<Size>& text) : text_(text.characters.data()) {}

    constexpr const char* text() const { return text_; }

private:
    const char* text_;
};

}  // namespace billet::store
