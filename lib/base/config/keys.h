// lib/base/config/keys.h — [keys]: the files of the key rings.
#pragma once

#include <string>

namespace billet {

struct KeysConfig {
    std::string content_file;
    std::string bus_file;
    std::string token_file;
};

}  // namespace billet
