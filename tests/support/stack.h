// tests/support/stack.h — The running stack under test: where it is, its processes, and its people.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <cstdint>
#include <string>
#include <vector>

namespace billet::tests {

// From the environment: BILLET_BASE_URL (http://127.0.0.1:PORT), BILLET_RUN_DIR, BILLETCTL (path of
// the tool).
struct Stack {
    std::string base_url;
    std::string run_dir;
    std::string billetctl;
};

// Ends the process with a message when the environment is not set: run these tests through `make
// check` or tools/check/on_stack.sh.
const Stack& stack();

// The pid of "api-1", "mariadb", …; 0 when there is none.
pid_t pid_of(const std::string& service);
// nginx's listener for metrics, as the base of an Http.
std::string metrics_base();
// Sends a signal to a service of the stack.
bool signal_service(const std::string& service, int signal_number);
// Waits until the service runs under another pid than `old`. False after `timeout_ms`.
bool wait_for_new_pid(const std::string& service, pid_t old, int timeout_ms);
// Waits until an api or wsd process serves its metrics, which it does once it takes requests.
bool wait_until_serving(const std::string& service, int timeout_ms);
// Polls /readyz until it answers 200.
bool wait_until_ready(int timeout_ms);

struct Finished {
    int exit_code = -1;
    std::string out;  // stdout and stderr
};
// Runs a program to its end; `input` goes to its stdin.
Finished run(const std::vector<std::string>& argv, const std::string& input = {});
// billetctl --config RUN_DIR/billet.toml …
Finished billetctl(const std::vector<std::string>& args, const std::string& input = {});

void sleep_ms(int ms);
// A name that no other test of any run has: prefix and random letters.
std::string fresh_name(const std::string& prefix);

// An account with a token, made by billetctl-free REST registration.
struct Person {
    std::string name;
    std::string password;
    std::uint64_t id = 0;
    std::string token;
    std::string refresh_token;
};
Person new_person(const std::string& prefix = "p");
// The room of two people, made if need be; its id.
std::uint64_t room_of(const Person& one, const Person& other);

}  // namespace billet::tests
