// tests/cases/script.cpp — Lines into words.
#include "tests/cases/script.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <sstream>

namespace billet::cases {
namespace {

Line read_line(unsigned number, const std::string& text) {
    Line line;
    line.number = number;
    std::istringstream words(text);
    words >> line.actor;
    if (line.actor.back() == '>' || line.actor.back() == '<') {
        line.sign = line.actor.back();
        line.actor.pop_back();
    }
    std::getline(words >> std::ws, line.rest);
    std::istringstream more(line.rest);
    for (std::string word; more >> word;) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos || equals == 0) {
            line.words.push_back(std::move(word));
        } else {
            line.values.emplace_back(word.substr(0, equals), word.substr(equals + 1));
        }
    }
    return line;
}

}  // namespace

std::optional<std::string> Line::value(std::string_view key) const {
    const auto found = std::ranges::find(values, key, [](const auto& pair) { return std::string_view(pair.first); });
    return found == values.end() ? std::nullopt : std::optional{found->second};
}

std::string Line::value_or(std::string_view key, std::string_view other) const {
    return value(key).value_or(std::string(other));
}

bool Line::has_word(std::string_view word) const {
    return std::ranges::find(words, word) != words.end();
}

std::vector<Line> read_script(const std::string& path) {
    std::ifstream file(path);
    std::vector<Line> lines;
    unsigned number = 0;
    for (std::string text; std::getline(file, text);) {
        ++number;
        const std::size_t begin = text.find_first_not_of(" \t");
        if (begin != std::string::npos && text[begin] != '#') lines.push_back(read_line(number, text));
    }
    return lines;
}

std::pair<std::uint64_t, std::uint64_t> read_range(const std::string& text) {
    const std::size_t dots = text.find("..");
    const std::uint64_t first = std::stoull(text.substr(0, dots));
    return {first, dots == std::string::npos ? first : std::stoull(text.substr(dots + 2))};
}

}  // namespace billet::cases
