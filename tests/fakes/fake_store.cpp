// tests/fakes/fake_store.cpp — Transactions and users of the fake; its reads are in fake_reads.cpp.
#include "tests/fakes/fake_store.h"

#include <algorithm>
#include <cstdint>

#include "lib/base/session_id.h"
#include "lib/chat/admission.h"
#include "tests/fakes/fake_transaction.h"

namespace billet::fakes {
namespace {

constexpr int kTriesMax = 3;

}  // namespace

chat::User FakeStore::add_user(const std::string& name) {
    return *create_user({.username = name,
                         .display_name = name,
                         .password_hash = "hash",
                         .issuer = {},
                         .external_id = {},
                         .role = chat::Role::kUser});
}

void FakeStore::set_deadline(std::chrono::steady_clock::time_point to) {
    const std::scoped_lock lock(mutex_);
    deadline = to;
}

void FakeStore::set_admission(chat::Admission* admission) {
    const std::scoped_lock lock(mutex_);
    admissions_[std::this_thread::get_id()] = admission;
}

chat::Admission* FakeStore::admission() const {
    const auto found = admissions_.find(std::this_thread::get_id());
    return found == admissions_.end() ? nullptr : found->second;
}

Result<void> FakeStore::admit() {
    chat::Admission* const caller = admission();
    return caller == nullptr ? Result<void>{} : caller->settle(*this);
}

Result<void> FakeStore::run_once(const std::function<Result<void>(chat::Transaction&)>& body) {
    FakeState copy = state;
    FakeTransaction transaction(copy, held_rooms, asked);
    auto done = body(transaction);
    if (done) state = std::move(copy);
    return done;
}

Result<void> FakeStore::transact(const std::function<Result<void>(chat::Transaction&)>& body) {
    if (before_transaction) before_transaction();
    const std::scoped_lock lock(mutex_);
    if (down) return unavailable("fake store is down");
    if (failing_transactions > 0) {
        --failing_transactions;
        return unavailable("fake store fails");
    }
    chat::Admission* const caller = admission();
    const bool asks = caller != nullptr && caller->is_open();
    for (int attempt = 0; attempt < kTriesMax; ++attempt) {
        auto let_in = asks ? caller->decide(identity(caller->caller().user, caller->caller().session_id)) : admit();
        if (!let_in) return let_in;
        if (undone_commits > 0) {
            --undone_commits;
            const FakeState before = state;
            static_cast<void>(run_once(body));
            state = before;
            if (meanwhile) meanwhile(state);
            continue;
        }
        auto done = run_once(body);
        if (!done || lost_commits == 0) return done;
        --lost_commits;
    }
    return unavailable("fake store lost every commit");
}

Result<chat::User> FakeStore::user(UserId id) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    if (down) return unavailable("fake store is down");
    if (!state.users.contains(id)) return make_error(Code::kNotFound);
    return state.users[id].user;
}

Result<chat::User> FakeStore::user_by_name(std::string_view username) {
    auto found = credentials(username);
    if (!found) return std::move(found).error();
    return found->user;
}

Result<std::vector<chat::User>> FakeStore::users_by_prefix(std::string_view prefix, std::size_t limit) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    std::vector<chat::User> found;
    for (const auto& [id, account] : state.users) {
        if (account.user.username.starts_with(prefix)) found.push_back(account.user);
    }
    std::ranges::sort(found, {}, &chat::User::username);
    if (found.size() > limit) found.resize(limit);
    return found;
}

Result<chat::Credentials> FakeStore::credentials(std::string_view username) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    if (down) return unavailable("fake store is down");
    for (const auto& [id, account] : state.users) {
        if (account.user.username == username) return chat::Credentials{account.user, account.password_hash};
    }
    return make_error(Code::kNotFound);
}

Result<chat::User> FakeStore::user_by_external_id(std::string_view issuer, std::string_view external_id) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    for (const auto& [id, account] : state.users) {
        if (!account.issuer.empty() && account.issuer == issuer && account.external_id == external_id)
            return account.user;
    }
    return make_error(Code::kNotFound);
}

Result<chat::User> FakeStore::create_user(const chat::NewUser& user) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    if (credentials(user.username).ok()) return make_error(Code::kConflict);
    if (!user.issuer.empty() && user_by_external_id(user.issuer, user.external_id).ok())
        return make_error(Code::kConflict);
    const UserId id{state.next_id++};
    const chat::User made{.id = id,
                          .username = user.username,
                          .display_name = user.display_name,
                          .role = user.role,
                          .created_at = now(),
                          .disabled = false};
    state.users[id] = {made, user.password_hash, user.issuer, user.external_id, std::nullopt};
    state.heads[id] = {.user = id, .head = {}, .floor = {}, .total_unread = 0, .rooms_unread = 0};
    return made;
}

Result<chat::User> FakeStore::set_display_name(UserId id, std::string_view display_name) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    if (!state.users.contains(id)) return make_error(Code::kNotFound);
    state.users[id].user.display_name = display_name;
    return state.users[id].user;
}

Result<void> FakeStore::set_disabled(UserId id, bool disabled) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    if (!state.users.contains(id)) return make_error(Code::kNotFound);
    if (!disabled && !state.users[id].user.disabled) return {};
    state.users[id].user.disabled = disabled;
    state.users[id].sessions_ended_at = now();
    for (auto& [name, session] : state.sessions) session.revoked = session.revoked || session.user == id;
    return {};
}

Result<void> FakeStore::replace_password_hash(UserId id, std::string_view outdated, std::string_view hash) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    const auto account = state.users.find(id);
    if (account == state.users.end() || account->second.password_hash.empty()) return {};
    if (account->second.password_hash == outdated) account->second.password_hash = hash;
    return {};
}

Result<void> FakeStore::create_session(const chat::Session& session) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    if (!state.users.contains(session.user)) return make_error(Code::kNotFound);
    if (state.users[session.user].user.disabled) return make_error(Code::kAccountDisabled);
    state.sessions[session.id] = session;
    return {};
}

Result<chat::Identity> FakeStore::identity(UserId user_id, std::string_view session_id) {
    const std::scoped_lock lock(mutex_);
    if (down) return unavailable("fake store is down");
    const auto found = state.users.find(user_id);
    if (found == state.users.end()) return make_error(Code::kNotFound);
    chat::Identity identity{
        .user = found->second.user, .session = std::nullopt, .sessions_ended_at = found->second.sessions_ended_at};
    const auto row = state.sessions.find(std::string(session_row_id(session_id)));
    if (row != state.sessions.end() && row->second.user == user_id) identity.session = row->second;
    return identity;
}

Result<chat::Session> FakeStore::session(std::string_view id) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    const auto row = state.sessions.find(std::string(session_row_id(id)));
    if (row == state.sessions.end()) return make_error(Code::kNotFound);
    return row->second;
}

Result<bool> FakeStore::rotate_session(std::string_view id, std::uint64_t spent, Time expires_at) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    const auto row = state.sessions.find(std::string(id));
    if (row == state.sessions.end() || row->second.revoked || row->second.refresh_generation != spent) return false;
    row->second.refresh_generation = spent + 1;
    row->second.expires_at = expires_at;
    return true;
}

Result<void> FakeStore::revoke_session(std::string_view session_id, UserId user, Time expires_at) {
    const std::scoped_lock lock(mutex_);
    if (auto let_in = admit(); !let_in) return std::move(let_in).error();
    const std::string_view id = session_row_id(session_id);
    auto [row, added] = state.sessions.try_emplace(
        std::string(id),
        chat::Session{
            .id = std::string(id), .user = user, .refresh_generation = 0, .expires_at = expires_at, .revoked = true});
    row->second.revoked = true;
    return {};
}

}  // namespace billet::fakes
