// tests/bench/units.h — The pieces of work of which `make bench-against` compares the costs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/bench/population.h"
#include "tests/bench/site.h"

namespace billet::bench {

enum class Shown { kValues, kRatio };

// A number that a measurement gives.
struct Row {
    std::string key;
    std::string title;
    int digits = 0;  // after the point
    Shown shown = Shown::kValues;
};

struct Unit {
    std::string key;
    std::vector<Row> rows;
    // A number for each row. Of a stack of any build that has the population in its database.
    std::function<std::vector<double>(const Site& site, const Population& population, int seconds)> measure;
};

const std::vector<Unit>& units();
// Ends the process when there is none.
const Unit& unit_named(const std::string& key);

}  // namespace billet::bench
