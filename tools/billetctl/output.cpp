// tools/billetctl/output.cpp — Lines, errors and progress.
#include "tools/billetctl/output.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>

namespace billet::ctl {
namespace {

constexpr unsigned kBarWidth = 30;
constexpr std::chrono::milliseconds kDrawEvery{100};

volatile std::sig_atomic_t interrupted = 0;

void print_line(FILE* stream, std::string_view line) {
    std::fprintf(stream, "%.*s\n", static_cast<int>(line.size()), line.data());
}

// "1:05", or "2:01:05".
std::string clock_text(double seconds) {
    const auto whole = static_cast<unsigned long>(std::max(0.0, seconds));
    char text[32];
    if (whole >= 3600) {
        std::snprintf(text, sizeof text, "%lu:%02lu:%02lu", whole / 3600, whole / 60 % 60, whole % 60);
    } else {
        std::snprintf(text, sizeof text, "%lu:%02lu", whole / 60, whole % 60);
    }
    return text;
}

}  // namespace

void say(std::string_view line) {
    print_line(stdout, line);
}

void warn(std::string_view line) {
    print_line(stderr, "billetctl: " + std::string(line));
}

std::string sentence(const Error& error) {
    std::string text = error.detail;
    for (const FieldError& field : error.fields) {
        if (!text.empty()) text += "; ";
        text += field.field + ": " + field.code;
    }
    if (text.empty()) text = code_name(error.code);
    return text;
}

Progress::Progress(std::string what, std::uint64_t total)
    : what_(std::move(what)),
      total_(total),
      start_(std::chrono::steady_clock::now()),
      drawn_(start_),
      is_terminal_(isatty(STDERR_FILENO) != 0) {
    if (is_terminal_) draw();
}

Progress::~Progress() {
    if (is_terminal_) {
        draw();
        std::fputc('\n', stderr);
    } else {
        print_line(stderr, what_ + ": " + std::to_string(done_) + " of " + std::to_string(total_) + " after " +
                               clock_text(seconds_past()));
    }
}

double Progress::seconds_past() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void Progress::advance(std::uint64_t by) {
    done_ += by;
    const auto time = std::chrono::steady_clock::now();
    if (is_terminal_ && time - drawn_ >= kDrawEvery) {
        drawn_ = time;
        draw();
    }
    const auto tenths = total_ == 0 ? 0U : static_cast<unsigned>(done_ * 10 / total_);
    if (!is_terminal_ && tenths > tenths_ && tenths < 10)
        print_line(stderr, what_ + ": " + std::to_string(tenths * 10) + " %");
    tenths_ = tenths;
}

void Progress::draw() const {
    const double part = total_ == 0 ? 1.0 : std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
    const auto filled = static_cast<unsigned>(part * kBarWidth);
    const std::string bar = std::string(filled, '#') + std::string(kBarWidth - filled, '.');
    const double past = seconds_past();
    const std::string left = part > 0.01 && part < 1 ? ", " + clock_text(past * (1 - part) / part) + " left" : "";
    std::fprintf(stderr, "\r%s [%s] %3.0f %%  %llu of %llu, %s%s\033[K", what_.c_str(), bar.c_str(), part * 100,
                 static_cast<unsigned long long>(done_), static_cast<unsigned long long>(total_),
                 clock_text(past).c_str(), left.c_str());
    std::fflush(stderr);
}

bool is_interrupted() {
    return interrupted != 0;
}

void watch_for_interrupts() {
    struct sigaction action {};
    action.sa_handler = [](int) { interrupted = 1; };
    action.sa_flags = static_cast<int>(SA_RESETHAND);  // a second Ctrl-C ends at once
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

}  // namespace billet::ctl
