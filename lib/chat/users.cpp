// lib/chat/users.cpp — Profiles.
#include "lib/chat/accounts.h"
#include "lib/chat/validate.h"

namespace billet::chat {
namespace {

constexpr std::size_t kPrefixLimit = 20;

}  // namespace

Result<User> set_display_name(Ports& ports, const Caller& caller, std::string_view display_name) {
    auto name = accepted_display_name(display_name, ports.limits);
    if (!name) return std::move(name).error();
    return ports.users.set_display_name(caller.user, *name);
}

Result<std::vector<User>> find_users(Ports& ports, const std::optional<std::string>& username,
                                     const std::optional<std::string>& prefix) {
    if (username) {
        auto user = ports.users.user_by_name(*username);
        if (user) return std::vector<User>{std::move(user).value()};
        if (user.error().code == Code::kNotFound) return std::vector<User>{};
        return std::move(user).error();
    }
    if (!prefix) return invalid_argument("username", "required");
    if (prefix->empty()) return invalid_argument("prefix", "length");
    return ports.users.users_by_prefix(*prefix, kPrefixLimit);
}

Result<User> get_user(Ports& ports, UserId id) {
    return ports.users.user(id);
}

}  // namespace billet::chat
