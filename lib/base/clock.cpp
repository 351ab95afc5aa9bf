// lib/base/clock.cpp — Civil time without locale, time zone files or allocation surprises.
#include "lib/base/clock.h"

#include <array>
#include <cstdint>

namespace billet {
namespace {

// "2024-03-14T12:00:00.123456", with the separator of date and time.
using Characters = std::array<char, 26>;

// Puts `number` at `position` with leading zeros to `width` digits. By hand, because a page of
// messages has a time in each and printf takes a tenth of its making.
void put_digits(Characters& text, std::size_t position, std::size_t width, std::uint64_t number) {
    for (std::size_t place = position + width; place > position; number /= 10)
        text[--place] = static_cast<char>('0' + number % 10);
}

Characters format(Time time, char separator) {
    using namespace std::chrono;
    const auto days_part = floor<days>(time);
    const year_month_day date{days_part};
    const hh_mm_ss<microseconds> clock{time - days_part};
    Characters text;
    const auto put = [&text](std::size_t position, std::size_t width, auto number) {
        put_digits(text, position, width, static_cast<std::uint64_t>(number));
    };
    put(0, 4, int{date.year()});
    put(5, 2, unsigned{date.month()});
    put(8, 2, unsigned{date.day()});
    put(11, 2, clock.hours().count());
    put(14, 2, clock.minutes().count());
    put(17, 2, clock.seconds().count());
    put(20, 6, clock.subseconds().count());
    text[4] = text[7] = '-';
    text[10] = separator;
    text[13] = text[16] = ':';
    text[19] = '.';
    return text;
}

// Reads exactly `width` digits at `position`.
std::optional<int> digits(std::string_view text, std::size_t position, std::size_t width) {
    if (position + width > text.size()) return std::nullopt;
    int number = 0;
    for (const char c : text.substr(position, width)) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return number;
}

std::optional<int> fraction_us(std::string_view fraction) {
    if (fraction.empty() || fraction.size() > 6) return std::nullopt;
    auto number = digits(fraction, 0, fraction.size());
    if (!number) return std::nullopt;
    for (std::size_t i = fraction.size(); i < 6; ++i) *number *= 10;
    return number;
}

std::optional<Time> parse(std::string_view text, char separator) {
    using namespace std::chrono;
    if (text.size() < 19 || text[4] != '-' || text[7] != '-' || text[10] != separator || text[13] != ':' ||
        text[16] != ':')
        return std::nullopt;
    const auto y = digits(text, 0, 4), mo = digits(text, 5, 2), d = digits(text, 8, 2);
    const auto h = digits(text, 11, 2), mi = digits(text, 14, 2), s = digits(text, 17, 2);
    if (!y || !mo || !d || !h || !mi || !s || *h > 23 || *mi > 59 || *s > 59) return std::nullopt;
    const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)}, day{static_cast<unsigned>(*d)}};
    if (!date.ok()) return std::nullopt;
    int micros = 0;
    if (text.size() > 19) {
        if (text[19] != '.') return std::nullopt;
        const auto read = fraction_us(text.substr(20));
        if (!read) return std::nullopt;
        micros = *read;
    }
    return Time{sys_days{date}.time_since_epoch() + hours{*h} + minutes{*mi} + seconds{*s} + microseconds{micros}};
}

}  // namespace

Time now() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

void append_rfc3339(std::string& text, Time time) {
    const Characters characters = format(time, 'T');
    text.append(characters.data(), characters.size()).append(1, 'Z');
}

std::string to_rfc3339(Time time) {
    std::string text;
    append_rfc3339(text, time);
    return text;
}

std::optional<Time> from_rfc3339(std::string_view text) {
    if (text.empty() || text.back() != 'Z') return std::nullopt;
    return parse(text.substr(0, text.size() - 1), 'T');
}

std::string to_sql_datetime(Time time) {
    const Characters characters = format(time, ' ');
    return {characters.data(), characters.size()};
}

std::optional<Time> from_sql_datetime(std::string_view text) {
    return parse(text, ' ');
}

}  // namespace billet
