// tests/cases/script.h — The lines of a .case file: words and key=value pairs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace billet::cases {

struct Line {
    unsigned number = 0;  // in the file, from 1
    // What stands before the sign: a client's name, "relay", or the first word.
    std::string actor;
    // '>', '<' or, for everything else, ' '
    char sign = ' ';
    // Behind it, without those of the next.
    std::vector<std::string> words;
    std::vector<std::pair<std::string, std::string>> values;  // key=value, in order
    // Everything behind the sign as it stands.
    std::string rest;

    std::string word(std::size_t at) const { return at < words.size() ? words[at] : std::string{}; }
    std::optional<std::string> value(std::string_view key) const;
    std::string value_or(std::string_view key, std::string_view other) const;
    bool has_word(std::string_view word) const;
};

// Without comments and empty lines.
std::vector<Line> read_script(const std::string& path);

// "6..8" or "6": first and last.
std::pair<std::uint64_t, std::uint64_t> read_range(const std::string& text);

}  // namespace billet::cases
