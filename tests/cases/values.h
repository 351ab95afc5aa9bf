// tests/cases/values.h — Between the words of a case and frames, requests and replies.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "tests/cases/script.h"
#include "wsd/relay.h"

namespace billet::cases {

// The members of a frame by their names: those of the frame itself, those of `payload`, and "a.b"
// for what lies deeper.
using Values = std::map<std::string, std::string>;

Values values_of_frame(std::string_view json);
Values values_of_request(const wsd::RelayRequest& request);
// "" when all that the line names is there, else what is not.
std::string difference(const Line& expected, const Values& actual);

// The frame that a `client>` line means.
std::string frame_of(const Line& line);
std::string event_json(std::uint64_t cursor);
// The reply that a `relay<` line to a request of that kind means; nullopt when it means none.
std::optional<wsd::RelayReply> reply_of(const Line& line, wsd::RelayKind kind);

}  // namespace billet::cases
