// tests/bench/table.h — Tables that read well in a terminal and are Markdown.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace billet::bench {

// Rows are printed as they come, in columns of fixed width; the first is wide and left-aligned.
class Table {
public:
    // Prints the title and the head.
    Table(const std::string& title, std::vector<std::string> columns);
    ~Table();
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;

    void row(const std::vector<std::string>& cells);

private:
    std::vector<std::string> columns_;
};

// "12.34" with so many digits after the point.
std::string fixed(double value, int digits);
std::string counted(std::uint64_t number);  // "10,000"

// "ok" or "WRONG", and counted for the last line of the run.
std::string verdict(bool ok);
// "N ok, N WRONG" so far.
std::string verdicts();

// To stderr: what is being done.
void progress(const std::string& text);
// To stderr, and the end of the process.
[[noreturn]] void give_up(const std::string& why);

}  // namespace billet::bench
