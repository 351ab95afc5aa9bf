// tests/chaos/verdict.h — The promises, checked on a finished history. Knows nothing of how it came
// about.
#pragma once

#include <string>
#include <vector>

#include "tests/chaos/world.h"

namespace billet::chaos {

class Verdict {
public:
    // One promise kept, or broken in these ways.
    void add(const std::string& promise, const std::vector<std::string>& violations);

    int passed() const { return passed_; }
    int failed() const { return failed_; }
    // What was broken, a line each, with the first few ways in which it was.
    const std::vector<std::string>& broken() const { return broken_; }

private:
    int passed_ = 0;
    int failed_ = 0;
    std::vector<std::string> broken_;
};

// Every acknowledged message is there once, as acknowledged; nothing is there twice; numbers have
// no holes; both members see the same; logs, sockets and counts agree.
void check_world(const World& world, Verdict& verdict);

}  // namespace billet::chaos
