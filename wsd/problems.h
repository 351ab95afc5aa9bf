// wsd/problems.h — The api's refusals as wsd passes them on.
#pragma once

#include <optional>
#include <string>

#include "lib/base/error.h"
#include "wsd/relay.h"

namespace billet::wsd {

struct Problem {
    std::optional<Code> code;  // nullopt: one that this wsd does not know, because the api is newer
    std::string json;          // the problem object, for an error frame
};

// Of a reply that is no success. When there was no reply, or one without a code, the problem is
// `unavailable`; the latter and an unknown code are logged.
Problem problem_of(const RelayReply& reply);

}  // namespace billet::wsd
