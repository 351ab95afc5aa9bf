// wsd/ending.h — What a reply of the api ends: nothing, the connection, or only the client's place
// in the log.
#pragma once

#include <optional>
#include <string>

#include "lib/base/error.h"

namespace billet::wsd {

struct Ending {
    CloseCode close = CloseCode::kNone;
    std::optional<std::string> resync = {};  // why the log cannot be continued

    bool is_none() const { return close == CloseCode::kNone && !resync; }
};

}  // namespace billet::wsd
