// tests/contract/server_settings.h — Turns a global variable of the database server under test for
// a while, as its superuser.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace billet::contract {

class ServerSettings {
public:
    // `value` as in SQL. Connections that stand keep what they have; new ones get it.
    void set(const std::string& variable, const std::string& value);
    // Everything as it was before. To be called in teardown(): a failed check leaves no scope in an
    // orderly way.
    void restore();

private:
    std::vector<std::pair<std::string, std::string>> before_;
};

}  // namespace billet::contract
