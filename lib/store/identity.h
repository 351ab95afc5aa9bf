// lib/store/identity.h — The rows that tell whether the caller of a request is let in.
#pragma once

#include <array>
#include <exception>
#include <span>
#include <string>

#include "lib/base/result.h"
#include "lib/chat/admission.h"
#include "lib/store/database_connection.h"

namespace billet::store {

// By itself. Throws sql::SQLException.
Result<chat::Identity> find_identity(DatabaseConnection& connection, UserId user, std::string_view session_id);

// The caller of a request is not let in: no answer of the database's is for them. Stays inside
// lib/store.
class Refused : public std::exception {
public:
    explicit Refused(Error why) : error(std::move(why)) {}
    const char* what() const noexcept override { return "the caller is not let in"; }

    Error error;
};

// The same in front of a request's first statement: throws Refused where the admission is.
class IdentityQuestion : public FrontQuestion {
public:
    // `admission` must outlive the object.
    explicit IdentityQuestion(chat::Admission& admission);

    const chat::Admission& admission() const { return admission_; }

    Statement text() const override;
    std::span<const Parameter> values() const override { return values_; }
    void answered(Rows& rows) override;

private:
    chat::Admission& admission_;
    std::array<Parameter, 2> values_;
};

}  // namespace billet::store
