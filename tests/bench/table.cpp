// tests/bench/table.cpp — Padding, numbers, verdicts.
#include "tests/bench/table.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace billet::bench {
namespace {

constexpr std::size_t kFirstWidth = 62;
constexpr std::size_t kWidthMin = 9;

int verdicts_ok = 0;
int verdicts_wrong = 0;

// Letters, not bytes: the rows hold signs like µ.
std::size_t letters(const std::string& text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padding(const std::string& text, std::size_t width) {
    return std::string(width - std::min(width, letters(text)), ' ');
}

}  // namespace

Table::Table(const std::string& title, std::vector<std::string> columns) : columns_(std::move(columns)) {
    std::printf("\n### %s\n\n", title.c_str());
    row(columns_);
    std::printf("|%s|", std::string(kFirstWidth + 2, '-').c_str());
    for (std::size_t i = 1; i < columns_.size(); ++i)
        std::printf("%s:|", std::string(std::max(kWidthMin, letters(columns_[i])) + 1, '-').c_str());
    std::printf("\n");
    std::fflush(stdout);
}

Table::~Table() {
    std::printf("\n");
    std::fflush(stdout);
}

void Table::row(const std::vector<std::string>& cells) {
    std::printf("| %s%s |", cells[0].c_str(), padding(cells[0], kFirstWidth).c_str());
    for (std::size_t i = 1; i < cells.size(); ++i)
        std::printf(" %s%s |", padding(cells[i], std::max(kWidthMin, letters(columns_[i]))).c_str(), cells[i].c_str());
    std::printf("\n");
    std::fflush(stdout);
}

std::string fixed(double value, int digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

std::string counted(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
    return text;
}

std::string verdict(bool ok) {
    ++(ok ? verdicts_ok : verdicts_wrong);
    return ok ? "ok" : "WRONG";
}

std::string verdicts() {
    return std::to_string(verdicts_ok) + " ok, " + std::to_string(verdicts_wrong) + " WRONG";
}

void progress(const std::string& text) {
    std::fprintf(stderr, "  … %s\n", text.c_str());
}

void give_up(const std::string& why) {
    std::fprintf(stderr, "bench: %s\n", why.c_str());
    std::exit(1);
}

}  // namespace billet::bench
