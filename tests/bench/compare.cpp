// tests/bench/compare.cpp — Medians of both sides, their ratio, and how far the rounds lie apart.
#include "tests/bench/compare.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <vector>

#include "tests/bench/statistics.h"
#include "tests/bench/table.h"
#include "tests/bench/units.h"

namespace billet::bench {
namespace {

// What one round has measured of a row; 0: not yet.
struct Turn {
    double ref = 0;
    double present = 0;
};
using Turns = std::map<int, Turn>;

struct Results {
    std::map<std::string, Turns> rows;
    std::map<std::string, std::string> skipped;  // units, and why
};

Results read_results(const std::string& path) {
    Results results;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string first;
        std::string second;
        std::string third;
        words >> first >> second;
        if (first == "skip") {
            std::getline(words >> std::ws, third);
            results.skipped.emplace(second, third);
            continue;
        }
        double value = 0;
        if (!(words >> third >> value)) give_up(path + " has a strange line: " + line);
        Turn& turn = results.rows[third][std::atoi(first.c_str())];
        (second == "ref" ? turn.ref : turn.present) = value;
    }
    return results;
}

std::map<std::string, double> read_targets(const std::string& text) {
    std::map<std::string, double> targets;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        const std::size_t sign = word.find('=');
        const double ratio = sign == std::string::npos ? 0 : std::strtod(word.c_str() + sign + 1, nullptr);
        if (ratio <= 0) give_up("a target is ROW=RATIO, not " + word);
        targets[word.substr(0, sign)] = ratio;
    }
    return targets;
}

std::optional<double> target_of(const std::map<std::string, double>& targets, const std::string& row) {
    auto found = targets.find(row);
    if (found == targets.end()) found = targets.find("all");
    return found == targets.end() ? std::nullopt : std::optional(found->second);
}

// Of the rounds that have both, so that each number has been measured beside its fellow.
struct Series {
    std::vector<double> ref;
    std::vector<double> present;
    std::vector<double> ratios;

    explicit Series(const Turns& turns) {
        for (const auto& [round, turn] : turns) {
            if (turn.ref <= 0 || turn.present <= 0) continue;
            ref.push_back(turn.ref);
            present.push_back(turn.present);
            ratios.push_back(turn.present / turn.ref);
        }
    }
};

void compare_row(Table& table, const Row& row, const Series& series, std::optional<double> target) {
    if (series.ratios.empty()) return;
    const double ratio = median(series.present) / median(series.ref);
    const auto [least, most] = std::ranges::minmax(series.ratios);
    const auto shown = [&](const std::vector<double>& values) {
        return row.shown == Shown::kRatio ? "" : fixed(median(values), row.digits);
    };
    table.row({row.title, row.key, shown(series.ref), shown(series.present), fixed(ratio, 2),
               fixed(least, 2) + ".." + fixed(most, 2), target ? "≤ " + fixed(*target, 2) : "",
               target ? verdict(ratio <= *target) : ""});
}

}  // namespace

bool print_comparison(const std::string& results_path, const std::string& ref_name, const std::string& targets) {
    const Results results = read_results(results_path);
    const auto wanted = read_targets(targets);
    std::size_t compared = 0;
    {
        Table table("CPU of all processes a unit of work, medians; ratios of this tree to " + ref_name,
                    {"unit", "its name here", ref_name, "present", "ratio", "of the rounds", "target", ""});
        for (const Unit& unit : units()) {
            for (const Row& row : unit.rows) {
                const auto turns = results.rows.find(row.key);
                if (turns == results.rows.end()) continue;
                const Series series(turns->second);
                compare_row(table, row, series, target_of(wanted, row.key));
                compared += series.ratios.size();
            }
        }
    }
    for (const auto& [unit, why] : results.skipped) std::printf("Skipped: %s (%s)\n", unit.c_str(), why.c_str());
    if (!wanted.empty()) std::printf("Targets: %s\n", verdicts().c_str());
    return compared > 0;
}

}  // namespace billet::bench
