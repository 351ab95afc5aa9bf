// tests/unit/base_error_codes.cpp — What the contract, nginx and the web client say of errors is
// what the tables say; each check is shown to see.
#include "lib/base/error_codes.h"

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "lib/base/file.h"
#include "lib/base/text.h"

#include "CppUTest/TestHarness.h"

using namespace billet;

namespace {

using Faults = std::vector<std::string>;
using Check = Faults (*)(std::string_view text);

std::string shipped(const std::string& path) {
    const auto file = std::filesystem::path(__FILE__).parent_path() / ".." / ".." / path;
    auto text = read_whole_file(file.string());
    CHECK_TRUE(text.ok());
    return std::move(text).value();
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

// What stands between `begin` and the next `end`; empty when either is missing.
std::string_view between(std::string_view text, std::string_view begin, std::string_view end) {
    const std::size_t from = text.find(begin);
    if (from == std::string_view::npos) return {};
    text.remove_prefix(from + begin.size());
    const std::size_t to = text.find(end);
    return to == std::string_view::npos ? std::string_view{} : text.substr(0, to);
}

constexpr std::size_t kCellsMax = 4;

// The cells of the table rows below a heading that begin with a number.
std::vector<std::vector<std::string_view>> rows_below(std::string_view text, std::string_view heading) {
    std::vector<std::vector<std::string_view>> rows;
    for (const std::string_view line : split(between(text, heading, "\n## "), '\n')) {
        if (!line.starts_with("| ") || line[2] < '0' || line[2] > '9') continue;
        std::vector<std::string_view> cells;
        for (const std::string_view cell : split(line.substr(1), '|')) cells.push_back(trimmed(cell));
        cells.resize(kCellsMax);  // a row that is broken has empty ones
        rows.push_back(std::move(cells));
    }
    return rows;
}

std::string_view unquoted(std::string_view text, char quote) {
    return text.size() > 1 && text.front() == quote && text.back() == quote ? text.substr(1, text.size() - 2) : text;
}

const ErrorRow* row_named(std::string_view name) {
    const auto code = code_named(name);
    return code ? &error_row(*code) : nullptr;
}

// --- The contract --------------------------------------------------------------------------------

Again told_again(std::string_view words) {
    if (words.find("`retry_after`") != std::string_view::npos) return Again::kWaited;
    const bool no = words == "no" || words == "with another" || words == "after reloading";
    return no ? Again::kNo : Again::kLater;
}

Faults faults_of_errors(std::string_view text) {
    Faults faults;
    std::set<std::string_view> told;
    for (const auto& cells : rows_below(text, "\n## Errors\n")) {
        const std::string_view name = unquoted(cells[1], '`');
        const ErrorRow* const row = row_named(name);
        told.insert(name);
        if (row == nullptr) faults.push_back("no such code: " + std::string(name));
        if (row != nullptr && cells[0] != std::to_string(row->status))
            faults.push_back("status of " + std::string(name));
        if (row != nullptr && told_again(cells[3]) != row->again)
            faults.push_back("again of " + std::string(name) + ": " + std::string(cells[3]));
    }
    for (const ErrorRow& row : kErrors) {
        if (!told.contains(row.name)) faults.push_back("not told: " + std::string(row.name));
    }
    return faults;
}

Faults faults_of_closes(std::string_view text) {
    // Of the WebSocket protocol, not ours to give.
    Faults faults;
    std::set<std::string> told{"1001", "1002", "1006"};
    const std::set<std::string> foreign = told;
    for (const auto& cells : rows_below(text, "\n## Close codes\n")) {
        const std::string_view words = cells[2];
        const bool comes_back = words == "yes" || words == "with a new token" || words.starts_with("after ");
        for (const std::string_view each : split(cells[0], ',')) {
            const std::string number(trimmed(each));
            told.insert(number);
            const auto* const row = std::ranges::find_if(kCloses, [&](const CloseRow& one) {
                return std::to_string(static_cast<unsigned>(one.code)) == number;
            });
            if (row == kCloses.end() && !foreign.contains(number)) faults.push_back("no such close code: " + number);
            if (row != kCloses.end() && row->comes_back != comes_back)
                faults.push_back("come back after " + number + ": " + std::string(words));
        }
    }
    for (const CloseRow& row : kCloses) {
        const std::string number = std::to_string(static_cast<unsigned>(row.code));
        if (!told.contains(number)) faults.push_back("not told: " + number);
    }
    return faults;
}

// --- nginx ---------------------------------------------------------------------------------------

std::map<std::string_view, std::string_view> map_of(std::string_view text, std::string_view variable) {
    std::map<std::string_view, std::string_view> rows;
    for (std::string_view line : split(between(text, "map $status " + std::string(variable) + " {\n", "\n}"), '\n')) {
        line = trimmed(line);
        if (line.ends_with(';')) line.remove_suffix(1);
        const std::size_t blank = line.find(' ');
        rows[line.substr(0, blank)] = unquoted(line.substr(blank + 1), '"');
    }
    return rows;
}

Faults faults_of_nginx(std::string_view text) {
    Faults faults;
    const auto codes = map_of(text, "$billet_problem_code");
    const auto titles = map_of(text, "$billet_problem_title");
    const auto details = map_of(text, "$billet_problem_detail");
    const auto waits = map_of(text, "$billet_problem_retry");
    const auto wait_members = map_of(text, "$billet_problem_retry_member");
    if (codes.size() < 10) faults.emplace_back("no map of codes");
    for (const auto& [status, code] : codes) {
        const std::string where = std::string(status) + " " + std::string(code);
        const ErrorRow* const row = row_named(code);
        if (row == nullptr) continue;  // nginx's own: faults_of_own_codes()
        const std::string own = status == "default" ? "500" : std::string(status);
        const auto title = titles.find(status);
        const auto detail = details.find(status);
        if (detail == details.end() || detail->second != row->sentence) faults.push_back("detail of " + where);
        if (own == std::to_string(row->status) && (title == titles.end() || title->second != http_title(row->status)))
            faults.push_back("title of " + where);
        const bool waited = row->again == Again::kWaited;
        if (waits.contains(status) != waited && status != "default") faults.push_back("Retry-After of " + where);
        if (wait_members.contains(status) != waited && status != "default") faults.push_back("retry_after of " + where);
    }
    return faults;
}

// nginx's own codes, for what never reaches the api, as the contract tells them: `code` (status,
// status).
Faults faults_of_own_codes(std::string_view contract) {
    Faults faults;
    const std::string maps = shipped("nginx/billet-http.conf");
    for (const auto& [status, code] : map_of(maps, "$billet_problem_code")) {
        if (row_named(code) != nullptr) continue;
        const std::string_view told = between(contract, "`" + std::string(code) + "` (", ")");
        if (told.find(status) == std::string_view::npos)
            faults.push_back("not told: " + std::string(status) + " " + std::string(code));
    }
    return faults;
}

// --- The web client ------------------------------------------------------------------------------

// The words in quotes between two marks.
std::set<std::string_view> quoted_words(std::string_view text) {
    std::set<std::string_view> words;
    const auto parts = split(text, '\'');
    for (std::size_t i = 1; i < parts.size(); i += 2) words.insert(parts[i]);
    return words;
}

Faults faults_of_transients(std::string_view text) {
    Faults faults;
    const auto told = quoted_words(between(text, "const transient = new Set([", "]);"));
    // The client's own, and nginx's.
    const std::set<std::string_view> own{"network", "signed_out", "busy", "timeout"};
    for (const ErrorRow& row : kErrors) {
        if (told.contains(row.name) != (row.again != Again::kNo)) faults.push_back(std::string(row.name));
    }
    for (const std::string_view word : told) {
        if (row_named(word) == nullptr && !own.contains(word)) faults.push_back("no such code: " + std::string(word));
    }
    return faults;
}

// Every number of four digits that looks like a close code of ours is one; 4500 and 5000 also bound
// a range.
Faults faults_of_close_numbers(std::string_view text) {
    Faults faults;
    for (std::size_t at = 0; at + 4 <= text.size(); ++at) {
        const auto is_digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
        const auto is_word = [&](std::size_t i) { return is_digit(i) || (i < text.size() && text[i] == '_'); };
        if (text[at] != '4' || !(text[at + 1] == '0' || text[at + 1] == '4' || text[at + 1] == '5')) continue;
        if (!is_digit(at + 2) || !is_digit(at + 3) || is_digit(at + 4) || (at > 0 && is_word(at - 1))) continue;
        const std::string number(text.substr(at, 4));
        const auto code = static_cast<CloseCode>(std::stoi(number));
        if (number != "4499" && close_reason(code).empty()) faults.push_back("no such close code: " + number);
    }
    return faults;
}

Faults faults_of_texts(std::string_view text) {
    Faults faults;
    const std::set<std::string_view> own{"network", "not_kept", "busy"};
    std::size_t found = 0;
    for (const std::string_view line : split(text, '\n')) {
        const std::string_view name = between(line, "  problem_", ":");
        if (name.empty()) continue;
        ++found;
        if (row_named(name) == nullptr && !own.contains(name)) faults.push_back("no such code: " + std::string(name));
    }
    if (found < 5) faults.emplace_back("no texts of problems");
    return faults;
}

// --- How each is shown to see --------------------------------------------------------------------

std::string listed(const Faults& faults) {
    std::string list;
    for (const std::string& fault : faults) list += fault + "; ";
    return list;
}

void is_faultless(Check check, const std::string& path) {
    STRCMP_EQUAL("", listed(check(shipped(path))).c_str());
}

// The shipped text with one thing changed has a fault.
void sees(Check check, const std::string& path, const std::string& before, const std::string& after) {
    std::string text = shipped(path);
    const std::size_t at = text.find(before);
    if (at == std::string::npos) FAIL((path + " has no: " + before).c_str());
    text.replace(at, before.size(), after);
    if (check(text).empty()) FAIL(("not seen: " + after + " for " + before).c_str());
}

constexpr const char* kContract = "docs/protocol.md";
constexpr const char* kMaps = "nginx/billet-http.conf";
constexpr const char* kClient = "nginx/www/src/net/problem.js";

}  // namespace

TEST_GROUP(ErrorTables) {
};

TEST(ErrorTables, NamesAndSentencesAreUnique) {
    std::set<std::string_view> names;
    std::set<std::string_view> sentences;
    for (const ErrorRow& row : kErrors) {
        names.insert(row.name);
        sentences.insert(row.sentence);
        CHECK_TRUE(code_named(row.name) == row.code);
        CHECK_TRUE(code_name(row.code) == row.name);
    }
    LONGS_EQUAL(kErrors.size(), names.size());
    LONGS_EQUAL(kErrors.size(), sentences.size());
    CHECK_FALSE(code_named("").has_value());
    CHECK_FALSE(code_named("too_late_for_this").has_value());
}

TEST(ErrorTables, TheContractTellsThemAll) {
    is_faultless(faults_of_errors, kContract);
    for (const ErrorRow& row : kErrors) {
        const std::string cells = "| " + std::to_string(row.status) + " | `" + std::string(row.name) + "` |";
        sees(faults_of_errors, kContract, cells, "| 499 | `" + std::string(row.name) + "` |");
        sees(faults_of_errors, kContract, cells, "| " + std::to_string(row.status) + " | `nonsense` |");
        sees(faults_of_errors, kContract, cells, "- " + cells);
    }
    sees(faults_of_errors, kContract, "the access token has run out | after refresh |",
         "the access token has run out | no |");
    sees(faults_of_errors, kContract, "| see [limits](#limits) | after `retry_after` |",
         "| see [limits](#limits) | later |");
}

TEST(ErrorTables, TheContractTellsEveryCloseCode) {
    is_faultless(faults_of_closes, kContract);
    for (const CloseRow& row : kCloses) {
        const std::string number = std::to_string(static_cast<unsigned>(row.code));
        const std::string cell = row.code == CloseCode::kRestarting ? ", 1012 |" : "\n| " + number + " |";
        sees(faults_of_closes, kContract, cell, "\n| 4999 |");
    }
    sees(faults_of_closes, kContract, "| no pong | yes |", "| no pong | fix the client |");
    sees(faults_of_closes, kContract, "is disabled | when it is enabled |", "is disabled | yes |");
}

TEST(ErrorTables, NginxUsesTheSameWords) {
    is_faultless(faults_of_nginx, kMaps);
    sees(faults_of_nginx, kMaps, "404 not_found;", "404 forbidden;");
    sees(faults_of_nginx, kMaps, "404 \"not found\";", "404 \"nothing here\";");
    sees(faults_of_nginx, kMaps, "404 \"Not Found\";", "404 \"Not There\";");
    sees(faults_of_nginx, kMaps, "default \"internal error\";", "default \"an error\";");
    sees(faults_of_nginx, kMaps, "    429 1;\n", "");
    sees(faults_of_nginx, kMaps, "    503 ',\"retry_after\":1';\n", "");
    is_faultless(faults_of_own_codes, kContract);
    sees(faults_of_own_codes, kContract, "`timeout` (408)", "`too_slow` (408)");
    sees(faults_of_own_codes, kContract, "`bad_request` (400, 501, 505)", "`bad_request` (400, 505)");
}

TEST(ErrorTables, TheWebClientAsksAgainWhereTheTableSaysSo) {
    is_faultless(faults_of_transients, kClient);
    sees(faults_of_transients, kClient, "  'unavailable',\n", "");
    sees(faults_of_transients, kClient, "'internal'", "'conflict'");
    sees(faults_of_transients, kClient, "'rate_limited'", "'rate_limitted'");
}

TEST(ErrorTables, TheWebClientKnowsNoOtherCodes) {
    for (const char* const file : {"net/socket.js", "app/connection.js", "view/banner.js"})
        is_faultless(faults_of_close_numbers, "nginx/www/src/" + std::string(file));
    sees(faults_of_close_numbers, "nginx/www/src/app/connection.js", "4503:", "4502:");
    sees(faults_of_close_numbers, "nginx/www/src/net/socket.js", "crowded = 4504", "crowded = 4505");
    for (const char* const file : {"i18n/en.js", "i18n/de.js"})
        is_faultless(faults_of_texts, "nginx/www/src/" + std::string(file));
    sees(faults_of_texts, "nginx/www/src/i18n/en.js", "problem_conflict:", "problem_conflicts:");
}
