// tests/chaos/self_test.h — Proves on a made-up history that the checks of verdict.h can fail.
#pragma once

#include <string>
#include <vector>

namespace billet::chaos {

// What the checks failed to notice, or complained of without a reason. Empty: they are sound.
std::vector<std::string> check_the_checks();

}  // namespace billet::chaos
