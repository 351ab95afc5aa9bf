// tools/billetctl/main.cpp — The operator's tool: its commands and their options.
// Exit codes: 0 done, 1 refused or failed (one line on stderr says why), 2 wrong usage.
#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdint>
#include <functional>

#include "lib/base/config.h"
#include "lib/base/log.h"
#include "tools/billetctl/accounts.h"
#include "tools/billetctl/backup.h"
#include "tools/billetctl/check.h"
#include "tools/billetctl/database.h"
#include "tools/billetctl/keys.h"
#include "tools/billetctl/output.h"
#include "tools/billetctl/sample_data.h"

namespace billet::ctl {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

// What the command line asks for; run once it has been read in full.
struct Request {
    std::string config_path = "/etc/billet/billet.toml";
    std::function<Result<void>(Operator&)> command;
    bool works_without_config = false;

    std::string name;  // of a user
    std::string session;
    NewAccount account;
    std::string display_name;
    std::string role = "user";
    std::int64_t ttl_s = 3600;
    std::string key_kind_name;
    std::uint16_t key_id = 0;
    bool activate = false;
    SampleSize sample;
    Backup backup;
    std::int64_t wait_s = 60;
    Restore restore;
};

CLI::App* add_command(CLI::App& group, const std::string& name, const std::string& help, Request& request,
                      std::function<Result<void>(Operator&)> run) {
    CLI::App* command = group.add_subcommand(name, help);
    command->callback([&request, run = std::move(run)] { request.command = run; });
    return command;
}

CLI::App& add_group(CLI::App& app, const std::string& name, const std::string& help) {
    CLI::App* group = app.add_subcommand(name, help);
    group->require_subcommand(1);
    return *group;
}

void add_user_commands(CLI::App& app, Request& request) {
    CLI::App& group = add_group(app, "user", "Accounts");
    CLI::App* add = add_command(group, "add", "Make an account; prints its id and name", request, [&](Operator& op) {
        request.account.name = request.name;
        request.account.admin = request.role == "admin";
        if (!request.display_name.empty()) request.account.display_name = request.display_name;
        return add_user(op, request.account);
    });
    add->add_option("NAME", request.name, "User name")->required();
    add->add_flag("--password-stdin")
        ->description("Read the password from standard input, the only way to give one")
        ->required();
    add->add_option("--display-name", request.display_name, "Name that others see (default: the user name)");
    add->add_option("--role", request.role, "user or admin")
        ->check(CLI::IsMember({"user", "admin"}))
        ->capture_default_str();
    add_command(group, "disable", "Shut an account out at once, its live sockets too", request,
                [&](Operator& op) { return disable_user(op, request.name); })
        ->add_option("NAME", request.name, "User name")
        ->required();
    add_command(group, "disabled-list", "Print id and name of every disabled account", request, list_disabled);
    add_command(group, "disable-list", "Disable the accounts of such a list, read from standard input", request,
                disable_listed);
    add_command(group, "enable", "Let a disabled account in again; its old sessions stay ended", request,
                [&](Operator& op) { return enable_user(op, request.name); })
        ->add_option("NAME", request.name, "User name")
        ->required();
}

void add_session_commands(CLI::App& app, Request& request) {
    CLI::App& tokens = add_group(app, "token", "Access tokens");
    CLI::App* issue =
        add_command(tokens, "issue", "Print an access token for a user, in a session of its own", request,
                    [&](Operator& op) { return issue_token(op, request.name, std::chrono::seconds{request.ttl_s}); });
    issue->add_option("--user", request.name, "User name")->required();
    issue->add_option("--ttl", request.ttl_s, "Life of the token in seconds")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{31536000}))
        ->capture_default_str();
    CLI::App& sessions = add_group(app, "session", "Sessions");
    add_command(sessions, "revoke", "End a session at once: its tokens, its sockets", request,
                [&](Operator& op) { return revoke_session(op, request.session); })
        ->add_option("ID", request.session, "Session id (the claim sid of its access tokens)")
        ->required();
}

void add_kind(CLI::App& command, Request& request) {
    command.add_option("KIND", request.key_kind_name, "content, bus or token")
        ->required()
        ->check(CLI::IsMember({"content", "bus", "token"}));
}

void add_key_commands(CLI::App& app, Request& request) {
    CLI::App& group = add_group(app, "key", "Key files");
    add_command(group, "generate", "Make the configured key files that do not exist", request,
                [](Operator& op) { return generate_keys(op.config()); });
    add_command(group, "list", "Show the ids and states of all keys", request,
                [](Operator& op) { return show_keys(op.config()); });
    CLI::App* rotate = add_command(
        group, "rotate", "Add a new key; with --activate make it the current one", request, [&](Operator& op) {
            const KeyKind kind = *key_kind(request.key_kind_name);
            return request.activate ? activate_key(op.config(), kind) : rotate_key(op.config(), kind);
        });
    add_kind(*rotate, request);
    rotate->add_flag("--activate", request.activate, "The second step, once every daemon knows the new key");
    CLI::App* retire =
        add_command(group, "retire", "Take out a key that nothing needs any more", request,
                    [&](Operator& op) { return retire_key(op, *key_kind(request.key_kind_name), request.key_id); });
    add_kind(*retire, request);
    retire->add_option("ID", request.key_id, "Id of the key")->required()->check(CLI::Range(1, 65535));
    add_command(group, "reseal", "Seal all messages of older content keys with the current one", request,
                reseal_messages);
}

void add_wait(CLI::App& command, Request& request) {
    command
        .add_option("--wait", request.wait_s, "Seconds to wait for a migration, a backup or a restore that is at work")
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{86400}))
        ->capture_default_str();
}

void add_database_commands(CLI::App& app, Request& request) {
    CLI::App& epoch = add_group(app, "epoch", "The database's incarnation");
    add_command(epoch, "new", "After a restored backup: end all sessions, let every client reload", request,
                start_epoch);
    add_command(app, "prune", "Delete events older than [limits] events_keep_days, and sessions long over", request,
                prune);
    CLI::App* backup =
        add_command(app, "backup", "Dump the database into a file that is whole or not there; keys are not in it",
                    request, [&](Operator& op) {
                        request.backup.wait = std::chrono::seconds{request.wait_s};
                        return back_up(op, request.backup);
                    });
    backup->add_option("PLACE", request.backup.place, "A new file (NAME.sql.gz), or a folder for one named by the time")
        ->required();
    add_wait(*backup, request);
    CLI::App* back =
        add_command(app, "restore", "Replace the database by a dump, with a new epoch; the daemons must be stopped",
                    request, [&](Operator& op) {
                        request.restore.wait = std::chrono::seconds{request.wait_s};
                        return restore(op, request.restore);
                    });
    back->add_option("FILE", request.restore.file, "What billetctl backup has written")->required();
    back->add_flag("--yes", request.restore.confirmed, "Do not ask");
    add_wait(*back, request);
    CLI::App* sample = add_command(app, "sample-data", "Make users, rooms and messages for trying out and measuring",
                                   request, [&](Operator& op) { return make_sample_data(op, request.sample); });
    sample->add_option("--users", request.sample.users, "New users")
        ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1000000}))
        ->capture_default_str();
    sample->add_option("--rooms", request.sample.rooms, "New rooms")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1000000}))
        ->capture_default_str();
    sample->add_option("--messages", request.sample.messages, "Messages over all new rooms")
        ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1000000000}))
        ->capture_default_str();
    sample->add_option("--rooms-for", request.sample.rooms_for, "An account that is to be in every new room");
    sample->add_option("--days", request.sample.days, "How far back the messages reach")
        ->check(CLI::Range(1U, 3650U))
        ->capture_default_str();
}

void add_check(CLI::App& app, Request& request) {
    add_command(app, "check", "Look at configuration, files, keys, database, schema and Redis, and say what to do",
                request, check_everything);
    app.add_subcommand("version", "Print the version")->callback([&request] {
        request.works_without_config = true;
        request.command = [](Operator&) -> Result<void> {
            say("billetctl " BILLET_VERSION);
            return {};
        };
    });
}

// Names the word that is not understood; the library would only say that a subcommand is missing.
std::string usage_error(const CLI::App* app, const CLI::Error& error) {
    const std::vector<std::string> unknown = app->remaining(true);
    const std::string what = unknown.empty() ? error.what() : "'" + unknown.front() + "' is not known here";
    return "billetctl: " + what + " (try --help)\n";
}

int run(Request& request) {
    Config config;
    if (!request.works_without_config) {
        auto loaded = load_config(request.config_path, "");
        if (!loaded) {
            const bool missing = loaded.error().code == Code::kNotFound;
            warn(sentence(loaded.error()) + (missing ? " (--config FILE names another)" : ""));
            return kFailed;
        }
        config = std::move(loaded).value();
    }
    start_log("error", "billetctl");
    Operator op(std::move(config));
    auto done = request.command(op);
    if (done) return 0;
    warn(sentence(done.error()));
    return kFailed;
}

int main_with_arguments(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    Request request;
    CLI::App app("The operator's tool of Billet.", "billetctl");
    app.add_option("--config", request.config_path, "Configuration file")->capture_default_str();
    app.require_subcommand(1);
    app.failure_message(usage_error);
    add_user_commands(app, request);
    add_session_commands(app, request);
    add_key_commands(app, request);
    add_database_commands(app, request);
    add_check(app, request);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kWrongUsage;
    }
    return run(request);
}

}  // namespace
}  // namespace billet::ctl

int main(int argc, char** argv) {
    return billet::ctl::main_with_arguments(argc, argv);
}
