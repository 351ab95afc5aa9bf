// lib/chat/admission.cpp — The order of refusals: the token's user and session, then the limits.
#include "lib/chat/admission.h"

#include <utility>

namespace billet::chat {
namespace {

Error token_refused(std::string_view why) {
    Error error = make_error(Code::kUnauthenticated, "token refused: " + std::string(why));
    error.reason = why;
    return error;
}

}  // namespace

Result<void> Admission::ask(Limiter& limiter, std::span<const TokenRequest> tokens) {
    if (refusal_) return *refusal_;
    limiter.ask(tokens);
    asked_ = &limiter;
    if (is_open()) return {};
    if (auto done = take_answer(); !done) return refuse(std::move(done).error());
    return {};
}

Result<void> Admission::decide(Result<Identity> identity) {
    if (auto stands = check(identity); !stands) {
        if (Limiter* const limiter = std::exchange(asked_, nullptr)) limiter->withdraw();
        return refuse(std::move(stands).error());
    }
    if (auto done = take_answer(); !done) return refuse(std::move(done).error());
    user_ = std::move(identity->user);
    return {};
}

Result<void> Admission::settle(SessionStore& sessions) {
    if (refusal_) return *refusal_;
    if (user_) return {};
    return decide(sessions.identity(caller_.user, caller_.session_id));
}

Result<void> Admission::check(const Result<Identity>& identity) const {
    if (!identity) {
        return identity.error().code == Code::kNotFound ? token_refused(reason::kInvalid) : identity.error();
    }
    if (row_ == SessionRow::kMustExist && !identity->session) return token_refused(reason::kInvalid);
    if (identity->user.disabled) return make_error(Code::kAccountDisabled);
    if (is_ended(*identity, caller_.session_id)) return token_refused(reason::kRevoked);
    return {};
}

Result<void> Admission::take_answer() {
    Limiter* const limiter = std::exchange(asked_, nullptr);
    return limiter != nullptr ? chat::take_answer(*limiter) : Result<void>{};
}

Error Admission::refuse(Error why) {
    user_.reset();
    refusal_ = std::move(why);
    return *refusal_;
}

}  // namespace billet::chat
