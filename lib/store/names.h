// lib/store/names.h — What can stand in a column of usernames or session ids.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace billet::store {

inline constexpr std::size_t kNameBytesMax = 64;

// What cannot be a username or session id is not looked up: the columns hold printable ASCII only.
inline bool can_be_name(std::string_view text) {
    return !text.empty() && text.size() <= kNameBytesMax &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace billet::store
