// lib/chat/admission.h — Whether the caller of a request is let in: a verified token tells who it
// is, and the rows of user and session, which come with the request's first answer from the
// database, whether that still stands.
#pragma once

#include <optional>
#include <span>

#include "lib/chat/ports.h"

namespace billet::chat {

// Of one request. Open until the rows have come; then the caller is let in or refused, for good.
// Not thread-safe.
class Admission {
public:
    explicit Admission(Caller caller) : caller_(std::move(caller)) {}

    const Caller& caller() const { return caller_; }

    // Asks for tokens, which the caller needs to be let in, and does not wait: their answer is read
    // when the caller's rows have come. Once the caller has been let in, it is waited for.
    // `limiter` must outlive the object. Errors: kRateLimited, the refusal.
    Result<void> ask(Limiter& limiter, std::span<const TokenRequest> tokens);

    bool is_open() const { return !user_ && !refusal_; }
    const std::optional<Error>& refusal() const { return refusal_; }
    // Of a caller who has been let in.
    const User& user() const { return *user_; }

    // The rows have come; kNotFound: there is no such user. Gives the refusal: kUnauthenticated
    // (reason "invalid" or "revoked"), kAccountDisabled, kRateLimited, or the error that came
    // instead of the rows. Tokens of a caller whom the rows refuse are given back.
    // May be called again, as a transaction is run again: what tokens were answered stays.
    Result<void> decide(Result<Identity> identity);

    // Fetches the rows where no call has brought them.
    Result<void> settle(SessionStore& sessions);

private:
    Caller caller_;
    Limiter* asked_ = nullptr;  // whose answer has not been read
    std::optional<User> user_;
    std::optional<Error> refusal_;

    Result<void> check(const Result<Identity>& identity) const;
    Result<void> take_answer();
    Error refuse(Error why);
};

}  // namespace billet::chat
