// wsd/problems.h — The api's refusals as wsd passes them on.
#pragma once

#include <string>

#include "lib/base/error.h"
#include "wsd/relay.h"

namespace billet::wsd {

struct Problem {
    Code code = Code::kUnavailable;
    std::string json;  // the problem object, for an error frame
};

// Of a reply that is no success. When there was no reply, or none that makes sense, the problem is `unavailable`.
Problem problem_of(const RelayReply& reply);

}  // namespace billet::wsd
