// tests/bench/population.cpp — How many of each, and the file: a word that says what it is, then
// numbers and names.
#include "tests/bench/population.h"

#include <cstdint>
#include <fstream>
#include <sstream>

#include "lib/base/text.h"
#include "tests/bench/database.h"
#include "tests/bench/table.h"
#include "tests/support/http.h"

namespace billet::bench {
namespace {

constexpr std::size_t kWriters = 128;
constexpr std::size_t kTalkers = 2'000;
constexpr std::size_t kRooms = 10'000;
constexpr int kLogins = 4;

Login register_login(const Site& site) {
    const Login login{"login-" + random_id().substr(0, 12), random_id()};
    tests::Http http(site.base_url());
    const auto reply = http.post("/auth/register", "", login.json());
    if (reply.status != 201) give_up("a registration was answered " + std::to_string(reply.status) + " " + reply.body);
    return login;
}

void write_account(std::ofstream& file, const std::string& word, const Account& account) {
    file << word << ' ' << account.card.id.value << ' ' << account.token << '\n';
}

void write_people(std::ofstream& file, const People& people) {
    file << "people " << people.messages_per_room << '\n';
    for (const Account& account : people.accounts) write_account(file, "account", account);
    for (const Cursor head : people.heads) file << "head " << head.value << '\n';
    for (const Pair& pair : people.pairs) file << "room " << pair.room.value << '\n';
}

Account read_account(std::istream& words) {
    Account account;
    words >> account.card.id.value >> account.token;
    return account;
}

// What follows "people", up to the next of them.
void read_into(People& people, const std::string& word, std::istream& words) {
    if (word == "account") {
        people.accounts.push_back(read_account(words));
    } else if (word == "head") {
        words >> people.heads.emplace_back().value;
    } else if (word == "room") {
        const std::size_t one = 2 * people.pairs.size();
        words >> people.pairs.emplace_back(Pair{one, one + 1, {}}).room.value;
    } else {
        words.setstate(std::ios::failbit);
    }
}

}  // namespace

std::string Login::json() const {
    return R"({"username":")" + username + R"(","password":")" + password + R"("})";
}

Population make_population(const Site& site, std::uint64_t messages) {
    Database database(site);
    Population population;
    population.epoch = database.epoch();
    population.writers = database.make_people(kWriters, "writer", messages);
    population.talkers = database.make_people(kTalkers, "talker", kTalkers);
    progress("an account with " + counted(kRooms) + " rooms");
    population.sociable = database.make_sociable(kRooms);
    for (int i = 0; i < kLogins; ++i) population.logins.push_back(register_login(site));
    return population;
}

void write_population(const Population& population, const std::string& path) {
    std::ofstream file(path);
    file << "epoch " << population.epoch << '\n';
    write_account(file, "sociable", population.sociable);
    for (const Login& login : population.logins) file << "login " << login.username << ' ' << login.password << '\n';
    write_people(file, population.writers);
    write_people(file, population.talkers);
    if (!file.flush()) give_up("cannot write " + path);
}

Population read_population(const std::string& path) {
    Population population;
    std::vector<People> groups;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string word;
        words >> word;
        if (word == "epoch") {
            words >> population.epoch;
        } else if (word == "sociable") {
            population.sociable = read_account(words);
        } else if (word == "login") {
            Login& login = population.logins.emplace_back();
            words >> login.username >> login.password;
        } else if (word == "people") {
            words >> groups.emplace_back().messages_per_room;
        } else if (!groups.empty()) {
            read_into(groups.back(), word, words);
        }
        if (!words) give_up(path + " has a strange line: " + line);
    }
    if (groups.size() != 2) give_up(path + " has no population");
    population.writers = std::move(groups[0]);
    population.talkers = std::move(groups[1]);
    return population;
}

}  // namespace billet::bench
