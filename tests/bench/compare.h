// tests/bench/compare.h — The table of `make bench-against`, from what the measurements of all
// rounds have written.
#pragma once

#include <string>

namespace billet::bench {

// A line of the results is "ROUND SIDE ROW VALUE", SIDE being "ref" or "present", or "skip UNIT WHY
// …".
// `targets`: words ROW=RATIO, the most that a row's ratio may be; "all=RATIO" is for those that are
// not named.
// False when there is nothing to compare.
bool print_comparison(const std::string& results_path, const std::string& ref_name, const std::string& targets);

}  // namespace billet::bench
