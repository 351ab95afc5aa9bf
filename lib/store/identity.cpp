// lib/store/identity.cpp — A user with the session that a token names, in one row.
#include "lib/store/identity.h"

#include <utility>

#include "lib/base/session_id.h"
#include "lib/store/names.h"
#include "lib/store/rows.h"

namespace billet::store {
namespace {

constexpr auto kIdentity = "SELECT " + kUserColumns + ", " + time_column("u.sessions_ended_at") + ", " +
                           kSessionColumns +
                           " FROM users u LEFT JOIN sessions s ON s.id = ? AND s.user_id = u.id WHERE u.id = ?";

std::string_view row_id_of(std::string_view session_id) {
    return can_be_name(session_id) ? session_row_id(session_id) : std::string_view{};
}

Result<chat::Identity> read_identity(Rows& rows) {
    if (!rows.next()) return make_error(Code::kNotFound);
    Columns columns(rows);
    chat::Identity identity{.user = read_user(columns), .session = std::nullopt, .sessions_ended_at = std::nullopt};
    identity.sessions_ended_at = columns.time_or_none();
    if (!columns.is_null()) identity.session = read_session(columns);
    return identity;
}

}  // namespace

Result<chat::Identity> find_identity(DatabaseConnection& connection, UserId user, std::string_view session_id) {
    Rows rows = connection.query(kIdentity, row_id_of(session_id), user);
    return read_identity(rows);
}

IdentityQuestion::IdentityQuestion(chat::Admission& admission)
    : admission_(admission),
      values_{Parameter(row_id_of(admission.caller().session_id)), Parameter(admission.caller().user)} {}

Statement IdentityQuestion::text() const {
    return kIdentity;
}

void IdentityQuestion::answered(Rows& rows) {
    if (auto done = admission_.decide(read_identity(rows)); !done) throw Refused(std::move(done).error());
}

}  // namespace billet::store
