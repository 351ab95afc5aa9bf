// lib/chat/password_rules.cpp — Length, and what is guessed first.
#include "lib/chat/password_rules.h"

#include <algorithm>

#include "lib/base/config/limits.h"
#include "lib/base/unicode.h"

// The list is longer than the text that every compiler must take; those that are used do.
#pragma GCC diagnostic ignored "-Woverlength-strings"

namespace billet::chat {
namespace {

// Sorted lines between two line breaks. One text, not 19,640 pointers that each process would have
// to relocate and keep.
constexpr std::string_view kCommon =
#include "lib/chat/common_passwords.inc"
    ;

constexpr std::size_t kAppendedMax = 4;

// The line at `position` or, when that is a line break, the one after it. Precondition: not the
// last line break.
std::string_view line_at(std::size_t position) {
    const std::size_t start = kCommon.rfind('\n', position) + 1;
    return kCommon.substr(start, kCommon.find('\n', start) - start);
}

// Bisection over bytes: `low` is always a line break whose following lines are candidates, `high`
// one that ends them.
bool is_common(std::string_view password) {
    std::size_t low = 0;
    std::size_t high = kCommon.size() - 1;
    while (low < high) {
        const std::string_view line = line_at(low + (high - low) / 2);
        const auto start = static_cast<std::size_t>(line.data() - kCommon.data());
        if (line == password) return true;
        if (line < password) {
            low = start + line.size();
        } else {
            high = start - 1;
        }
    }
    return false;
}

bool is_one_character(std::string_view password) {
    const std::u32string points = to_code_points(password);
    return std::ranges::adjacent_find(points, std::ranges::not_equal_to{}) == points.end();
}

bool is_digit_or_sign(char c) {
    return c >= ' ' && c < 0x7F && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z');
}

bool is_name(std::string_view password, std::string_view name) {
    if (name.empty() || !password.starts_with(name)) return false;
    const std::string_view appended = password.substr(name.size());
    return appended.size() <= kAppendedMax && std::ranges::all_of(appended, is_digit_or_sign);
}

bool is_guessed_first(std::string_view password, const PasswordOwner& owner) {
    const std::string guess = folded(trimmed(password));
    return is_one_character(guess) || is_common(guess) || is_name(guess, folded(owner.username)) ||
           is_name(guess, folded(trimmed(owner.display_name.value_or(""))));
}

}  // namespace

Result<void> check_new_password(std::string_view password, const PasswordOwner& owner, const LimitsConfig& limits) {
    if (password.size() < limits.password_min || password.size() > limits.password_max)
        return invalid_argument("password", "length");
    if (is_guessed_first(password, owner)) return invalid_argument("password", "too_common");
    return {};
}

}  // namespace billet::chat
