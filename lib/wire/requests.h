// lib/wire/requests.h — Request bodies, read strictly: unknown members, missing members and wrong
// types are refused by name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/chat/accounts.h"

namespace billet {
struct LimitsConfig;
}

namespace billet::wire {

// Absent members stay nullopt: whether they are needed is decided where query and body have been
// put together.
// null is a wrong type. Errors of all: kBadJson, kTooLarge, kUnknownField, kInvalidArgument
// (errors[] names each refused member).
// An empty body is an empty object.
struct SendBody {
    std::optional<std::string> content;
    std::optional<std::string> client_msg_id;
};
struct ReadBody {
    std::optional<std::uint64_t> seq;  // above 2^53-1 is refused; negative is refused
};

Result<chat::Register> read_register(std::string_view body,
                                     // Username and password are required here.
                                     const LimitsConfig& limits);
struct LoginBody {
    std::string username;
    std::string password;
};
Result<LoginBody> read_login(std::string_view body, const LimitsConfig& limits);
Result<std::string> read_refresh(std::string_view body, const LimitsConfig& limits);
Result<std::string> read_display_name(std::string_view body, const LimitsConfig& limits);
Result<std::optional<std::uint64_t>> read_other_user(std::string_view body, const LimitsConfig& limits);
Result<SendBody> read_send(std::string_view body, const LimitsConfig& limits);
Result<ReadBody> read_mark(std::string_view body, const LimitsConfig& limits);
// For calls that take no body members: empty, or an empty object.
Result<void> read_nothing(std::string_view body, const LimitsConfig& limits);

}  // namespace billet::wire
