// lib/chat/host_names.cpp — From what a host calls its user to a name of ours.
#include "lib/chat/host_names.h"

#include <algorithm>

#include "lib/base/config/limits.h"
#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/chat/display_name.h"
#include "lib/chat/validate.h"

namespace billet::chat {
namespace {

constexpr std::size_t kSuffixDigits = 6;
constexpr std::ptrdiff_t kLettersLeast = 3;
constexpr std::string_view kSigns = "-._";

bool is_letter_or_digit(char c) {
    return is_username_character(c) && kSigns.find(c) == std::string_view::npos;
}

bool is_telling(std::string_view name) {
    return std::ranges::count_if(name, is_letter_or_digit) >= kLettersLeast;
}

std::string without_last_signs(std::string name) {
    name.resize(name.find_last_not_of(kSigns) + 1);
    return name;
}

std::string cut(const std::string& name, std::size_t length) {
    return name.size() <= length ? name : without_last_signs(name.substr(0, length));
}

// A dash for each run of dashes and of what has no place in a user name.
std::string in_our_letters(std::string_view wish) {
    std::string name;
    for (const char c : without_accents(wish)) {
        const char fitting = is_username_character(c) ? c : '-';
        if (fitting != '-' || !name.ends_with('-')) name.push_back(fitting);
    }
    name.erase(0, std::min(name.find_first_not_of(kSigns), name.size()));
    return without_last_signs(std::move(name));
}

std::string made_to_fit(std::string_view wish, const LimitsConfig& limits) {
    return check_username(wish, limits) ? std::string(wish) : in_our_letters(wish);
}

}  // namespace

std::string host_username(const AccessClaims& claims, const LimitsConfig& limits) {
    std::string name = made_to_fit(claims.username.empty() ? claims.external_id : claims.username, limits);
    if (!is_telling(name)) name = without_last_signs("user-" + in_our_letters(claims.external_id));
    name = cut(name, limits.username_max);
    const bool is_nobody = name == "user" || name.size() < limits.username_min;
    return is_nobody ? with_random_suffix(name, limits) : name;
}

std::string with_random_suffix(const std::string& username, const LimitsConfig& limits) {
    const std::string suffix = "-" + random_id().substr(0, kSuffixDigits);
    if (limits.username_max <= suffix.size()) return random_id().substr(0, limits.username_max);
    return cut(username, limits.username_max - suffix.size()) + suffix;
}

std::string host_display_name(const AccessClaims& claims, const std::string& username, const LimitsConfig& limits) {
    std::string name = fitting_display_name(claims.display_name, limits.display_name_max);
    return name.empty() ? username : name;
}

}  // namespace billet::chat
