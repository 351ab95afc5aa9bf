// lib/base/config/log.h — [log]: how much is written.
#pragma once

#include <string>

namespace billet {

struct LogConfig {
    std::string level = "info";  // debug, info, warning, error
};

}  // namespace billet
