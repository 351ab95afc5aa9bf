// tests/bench/statistics.cpp — By sorting.
#include "tests/bench/statistics.h"

#include <algorithm>
#include <cstddef>

namespace billet::bench {

// Of an even number the mean of the two in the middle.
double median(std::vector<double> values) {
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double quantile(const std::vector<double>& sorted, double share) {
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

}  // namespace billet::bench
