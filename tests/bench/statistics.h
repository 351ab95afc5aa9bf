// tests/bench/statistics.h — Medians and quantiles of what was measured.
#pragma once

#include <vector>

namespace billet::bench {

// Of values in any order, at least one.
double median(std::vector<double> values);
// Of sorted values, at least one; `share` from 0 to 1.
double quantile(const std::vector<double>& sorted, double share);

}  // namespace billet::bench
