// lib/base/config_fields.h — The names and ranges of every option, once: the TOML reader, the
// environment and the docs test walk this list.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lib/base/config.h"

namespace billet {

// Where an option's value lives. `times` covers seconds and milliseconds by their count.
using FieldTarget = std::variant<std::string*, std::uint16_t*, std::uint32_t*, double*, bool*, std::chrono::seconds*,
                                 std::chrono::milliseconds*, std::vector<std::string>*>;

struct ConfigField {
    std::string_view section;
    std::string_view key;
    FieldTarget target;
    double least = 0;
    double most = 4294967295.0;
};

// Every scalar option of `config`; [[host_tokens]] is apart, see host_token_fields.
std::vector<ConfigField> config_fields(Config& config);
std::vector<ConfigField> host_token_fields(HostTokensConfig& host);

}  // namespace billet
