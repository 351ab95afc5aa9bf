// tools/billetctl/output.h — What the operator reads: answers on stdout, the rest on stderr.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/error.h"

namespace billet::ctl {

// A line on stdout.
void say(std::string_view line);
// A line on stderr, after "billetctl: ".
void warn(std::string_view line);

// An error as a sentence for the operator, who may see all of it.
std::string sentence(const Error& error);

// Something that takes long. On a terminal a bar that moves, else a line every ten percent; on
// stderr both.
class Progress {
public:
    Progress(std::string what, std::uint64_t total);
    // Ends the line; tells how long it took.
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void advance(std::uint64_t by);
    std::uint64_t done() const { return done_; }

private:
    std::string what_;
    std::uint64_t total_;
    std::uint64_t done_ = 0;
    std::chrono::steady_clock::time_point start_;
    std::chrono::steady_clock::time_point drawn_;
    bool is_terminal_;
    unsigned tenths_ = 0;

    void draw() const;
    double seconds_past() const;
};

// True once the operator has pressed Ctrl-C or the process was asked to end: stop after the step at
// hand.
bool is_interrupted();
void watch_for_interrupts();

}  // namespace billet::ctl
