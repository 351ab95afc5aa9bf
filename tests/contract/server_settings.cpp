// tests/contract/server_settings.cpp — By the command-line client: the stores' own users may not do
// it.
#include "tests/contract/server_settings.h"

#include <array>
#include <cstdio>
#include <memory>

#include "tests/contract/store_case.h"

#include "CppUTest/TestHarness.h"

namespace billet::contract {
namespace {

// What the statement prints, without the line's end.
std::string ask_as_superuser(const std::string& sql) {
    const std::string command =
        "mariadb --no-defaults --batch --skip-column-names --socket=" + MariaDbCase::database().socket + " -e \"" +
        sql + "\"";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string text;
    std::array<char, 4096> buffer{};
    while (fgets(buffer.data(), buffer.size(), pipe.get()) != nullptr) text += buffer.data();
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

std::string global_value(const std::string& variable) {
    return ask_as_superuser("SELECT @@GLOBAL." + variable);
}

}  // namespace

void ServerSettings::set(const std::string& variable, const std::string& value) {
    const std::string before = global_value(variable);
    before_.emplace_back(variable, before);
    ask_as_superuser("SET GLOBAL " + variable + " = " + value);
    const std::string after = global_value(variable);
    CHECK_TRUE_TEXT(after != before, (variable + " is still " + before).c_str());
}

void ServerSettings::restore() {
    for (; !before_.empty(); before_.pop_back()) {
        const auto& [variable, value] = before_.back();
        const bool number = value.find_first_not_of("0123456789.") == std::string::npos;
        ask_as_superuser("SET GLOBAL " + variable + " = " + (number && !value.empty() ? value : "'" + value + "'"));
    }
}

}  // namespace billet::contract
