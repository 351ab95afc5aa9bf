// lib/chat/admission.cpp — The order of refusals: the token's user and session, then the limits.
#include "lib/chat/admission.h"

#include <utility>

namespace billet::chat {
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
    if (!identity && identity.error().code != Code::kNotFound) return identity.error();
    return judge(identity ? standing_of(*identity) : Standing{}, caller_.session_id);
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
