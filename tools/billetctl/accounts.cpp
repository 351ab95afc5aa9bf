// tools/billetctl/accounts.cpp — Users, tokens and sessions.
#include "tools/billetctl/accounts.h"

#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <thread>

#include "lib/base/text.h"
#include "lib/chat/accounts.h"
#include "lib/chat/password_rules.h"
#include "lib/chat/validate.h"
#include "lib/crypto/secret_memory.h"
#include "lib/store/maintenance.h"
#include "tools/billetctl/output.h"

namespace billet::ctl {
namespace {

constexpr std::size_t kListBytesMax = 16'000'000;

// Everything on stdin, up to so many bytes.
Result<std::string> read_stdin(const std::string& what, std::size_t bytes_max) {
    if (isatty(STDIN_FILENO) != 0) warn("type " + what + ", then Enter and Ctrl-D");
    std::string text(bytes_max, '\0');
    std::size_t filled = 0;
    while (filled < bytes_max) {
        const ssize_t got = read(STDIN_FILENO, text.data() + filled, bytes_max - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return make_error(Code::kInvalidArgument, what + " cannot be read: " + std::strerror(errno));
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    text.resize(filled);
    return text;
}

// Without its final line break, and up to a byte more than any password may have.
Result<std::string> read_password(const LimitsConfig& limits) {
    auto password = read_stdin("the password", limits.password_max + std::size_t{3});
    if (!password) return password;
    if (password->ends_with('\n')) password->pop_back();
    if (password->ends_with('\r')) password->pop_back();
    return password;
}

Error not_allowed(const std::string& rule) {
    return make_error(Code::kInvalidArgument, rule);
}

std::string between(std::uint32_t least, std::uint32_t most) {
    return std::to_string(least) + " to " + std::to_string(most);
}

Error bad_password(const Error& error, const std::string& password, const LimitsConfig& limits) {
    if (error.fields.at(0).code == "too_common")
        return not_allowed(
            "this password is one of those that are guessed first: the name itself, one repeated "
            "character, or one of the most used");
    return not_allowed("a password has " + between(limits.password_min, limits.password_max) + " bytes; this one has " +
                       (password.size() > limits.password_max ? "more" : std::to_string(password.size())));
}

// The display name to keep.
Result<std::string> check_account(const NewAccount& account, const std::string& password, const LimitsConfig& limits) {
    if (!chat::check_username(account.name, limits))
        return not_allowed("a user name has " + between(limits.username_min, limits.username_max) +
                           " of the characters a-z 0-9 _ . -");
    auto display_name = chat::accepted_display_name(account.display_name.value_or(account.name), limits);
    if (!display_name)
        return not_allowed("a display name has " + between(1, limits.display_name_max) +
                           " characters, at least one that shows and no control or invisible ones");
    const chat::PasswordOwner owner{.username = account.name, .display_name = account.display_name};
    if (auto valid = chat::check_new_password(password, owner, limits); !valid)
        return bad_password(valid.error(), password, limits);
    return display_name;
}

Error no_user(const std::string& name, Error error) {
    return error.code == Code::kNotFound ? make_error(Code::kNotFound, "there is no user '" + name + "'") : error;
}

Result<chat::User> find_user(Operator& op, const std::string& name) {
    auto store = op.store();
    if (!store) return std::move(store).error();
    auto user = (*store)->user_by_name(name);
    if (!user) return no_user(name, std::move(user).error());
    return user;
}

// A host's token says in whole seconds when it was issued, and one of this second counts as one
// from before.
void wait_for_next_second() {
    std::this_thread::sleep_until(std::chrono::ceil<std::chrono::seconds>(std::chrono::system_clock::now()));
}

// "17 carla"
std::optional<store::DisabledAccount> read_account(std::string_view line) {
    const auto words = split(line, ' ');
    const auto id = parse_number(words[0], kIdMax);
    if (words.size() != 2 || !id || words[1].empty()) return std::nullopt;
    return store::DisabledAccount{UserId{*id}, std::string(words[1])};
}

Result<std::vector<store::DisabledAccount>> read_accounts() {
    auto text = read_stdin("the list", kListBytesMax);
    if (!text) return std::move(text).error();
    if (text->size() == kListBytesMax) return not_allowed("the list is too long: give it in parts");
    std::vector<store::DisabledAccount> accounts;
    for (const std::string_view line : split(*text, '\n')) {
        if (line.empty()) continue;
        auto account = read_account(line);
        if (!account)
            return not_allowed("a line is no 'ID NAME' as of billetctl user disabled-list: " + std::string(line));
        accounts.push_back(*std::move(account));
    }
    return accounts;
}

Result<chat::User> set_disabled(Operator& op, const std::string& name, bool disabled) {
    auto user = find_user(op, name);
    if (!user) return user;
    auto store = op.store();
    if (auto done = (*store)->set_disabled(user->id, disabled); !done) return std::move(done).error();
    return user;
}

}  // namespace

Result<void> add_user(Operator& op, const NewAccount& account) {
    auto password = read_password(op.config().limits);
    if (!password) return std::move(password).error();
    auto display_name = check_account(account, *password, op.config().limits);
    if (!display_name) return std::move(display_name).error();
    auto store = op.store();
    if (!store) return std::move(store).error();
    auto hash = op.passwords().hash(*password);
    crypto::wipe(*password);
    if (!hash) return std::move(hash).error();
    auto user = (*store)->create_user({.username = account.name,
                                       .display_name = *display_name,
                                       .password_hash = *hash,
                                       .issuer = {},
                                       .external_id = {},
                                       .role = account.admin ? chat::Role::kAdmin : chat::Role::kUser});
    if (!user && user.error().code == Code::kConflict)
        return make_error(Code::kConflict, "the name '" + account.name + "' is taken");
    if (!user) return std::move(user).error();
    say(std::to_string(user->id.value) + " " + user->username);
    return {};
}

Result<void> disable_user(Operator& op, const std::string& name) {
    auto user = set_disabled(op, name, true);
    if (!user) return std::move(user).error();
    op.notifier().account_disabled(user->id);
    say("disabled " + std::to_string(user->id.value) + " " + user->username);
    return {};
}

Result<void> enable_user(Operator& op, const std::string& name) {
    auto user = set_disabled(op, name, false);
    if (!user) return std::move(user).error();
    wait_for_next_second();
    say("enabled " + std::to_string(user->id.value) + " " + user->username);
    return {};
}

Result<void> list_disabled(Operator& op) {
    auto maintenance = op.maintenance();
    if (!maintenance) return std::move(maintenance).error();
    const auto accounts = (*maintenance)->disabled_accounts();
    if (!accounts) return accounts.error();
    for (const store::DisabledAccount& account : *accounts)
        say(std::to_string(account.id.value) + " " + account.username);
    return {};
}

Result<void> disable_listed(Operator& op) {
    auto maintenance = op.maintenance();
    if (!maintenance) return std::move(maintenance).error();
    const auto accounts = read_accounts();
    if (!accounts) return accounts.error();
    const auto missing = (*maintenance)->disable_accounts(*accounts);
    if (!missing) return missing.error();
    for (const store::DisabledAccount& account : *missing)
        warn("not here: " + std::to_string(account.id.value) + " " + account.username);
    say("disabled " + std::to_string(accounts->size() - missing->size()) + " accounts");
    return {};
}

Result<void> issue_token(Operator& op, const std::string& name, std::chrono::seconds ttl) {
    if (auto loaded = op.load_tokens(); !loaded) return loaded;
    auto ports = op.ports();
    if (!ports) return std::move(ports).error();
    auto login = chat::issue_token(**ports, name, ttl);
    if (!login && login.error().code == Code::kAccountDisabled)
        return make_error(Code::kAccountDisabled, "'" + name + "' is disabled");
    if (!login) return no_user(name, std::move(login).error());
    say(login->access_token);
    return {};
}

Result<void> revoke_session(Operator& op, const std::string& id) {
    auto ports = op.ports();
    if (!ports) return std::move(ports).error();
    auto revoked = chat::revoke_session(**ports, id);
    if (!revoked && revoked.error().code == Code::kNotFound)
        return make_error(Code::kNotFound, "there is no session '" + id + "'");
    if (!revoked) return revoked;
    say("revoked " + id);
    return {};
}

}  // namespace billet::ctl
