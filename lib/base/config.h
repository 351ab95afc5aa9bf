// lib/base/config.h — The configuration of all daemons and tools: one TOML file, environment
// overrides, strict keys.
// Included where the file is read and its sections are handed out; everything else includes its
// sections of lib/base/config/.
#pragma once

#include <string>
#include <vector>

#include "lib/base/config/api.h"
#include "lib/base/config/database.h"
#include "lib/base/config/keys.h"
#include "lib/base/config/limits.h"
#include "lib/base/config/log.h"
#include "lib/base/config/redis.h"
#include "lib/base/config/tokens.h"
#include "lib/base/config/wsd.h"
#include "lib/base/result.h"

namespace billet {

struct Config {
    DatabaseConfig database;
    RedisConfig redis;      // of the api and billetctl
    RedisConfig redis_wsd;  // of wsd
    KeysConfig keys;
    ApiConfig api;
    WsdConfig wsd;
    LimitsConfig limits;
    TokensConfig tokens;
    std::vector<HostTokensConfig> host_tokens;
    LogConfig log;
};

// Reads `path`, then the files of its top-level `include = […]` in order (later values win;
// relative paths are relative to the including file), then BILLET_SECTION__KEY of the environment.
// Paths may contain `{instance}`, replaced by `instance` (may be empty).
// Errors: kInvalidArgument with detail "file:line: what is wrong" for syntax, unknown sections or
// keys, wrong types and values out of range; kNotFound when a file cannot be read.
Result<Config> load_config(const std::string& path, const std::string& instance);

}  // namespace billet
