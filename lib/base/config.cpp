// lib/base/config.cpp — Files, then the environment, then what no single option can say.
#include "lib/base/config.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <sstream>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "lib/base/config_fields.h"
#include "lib/base/file.h"
#include "lib/base/text.h"

namespace billet {
namespace {

constexpr int kIncludeDepthMax = 4;

Error config_error(const std::string& where, const std::string& what) {
    return make_error(Code::kInvalidArgument, where + ": " + what);
}

std::string place(const std::string& path, const toml::source_region& source) {
    return path + ":" + std::to_string(source.begin.line);
}

std::string option_name(const ConfigField& field) {
    return "[" + std::string(field.section) + "] " + std::string(field.key);
}

// Puts a value into its target; nullopt when fine, else what is wrong.
struct Setter {
    const ConfigField& field;

    std::optional<std::string> out_of_range(double value) const {
        if (value >= field.least && value <= field.most) return std::nullopt;
        std::ostringstream text;
        text.precision(15);
        text << option_name(field) << " must be between " << field.least << " and " << field.most;
        return text.str();
    }
    template <typename Number>
    std::optional<std::string> set_number(Number* target, double value) const {
        if (auto wrong = out_of_range(value)) return wrong;
        if constexpr (std::is_same_v<Number, double>) {
            *target = value;
        } else if constexpr (std::is_integral_v<Number>) {
            *target = static_cast<Number>(value);
        } else {
            *target = Number{static_cast<typename Number::rep>(value)};
        }
        return std::nullopt;
    }
};

// A value of the TOML file into a field.
struct NodeSetter {
    const ConfigField& field;
    const toml::node& node;

    std::string wrong_type(const char* wanted) const { return option_name(field) + " must be " + wanted; }

    std::optional<std::string> operator()(std::string* target) const {
        if (!node.is_string()) return wrong_type("a string");
        *target = *node.value<std::string>();
        return std::nullopt;
    }
    std::optional<std::string> operator()(bool* target) const {
        if (!node.is_boolean()) return wrong_type("true or false");
        *target = *node.value<bool>();
        return std::nullopt;
    }
    std::optional<std::string> operator()(double* target) const {
        if (!node.is_number()) return wrong_type("a number");
        return Setter{field}.set_number(target, *node.value<double>());
    }
    std::optional<std::string> operator()(std::vector<std::string>* target) const {
        const toml::array* array = node.as_array();
        if (array == nullptr) return wrong_type("a list of strings");
        target->clear();
        for (const toml::node& item : *array) {
            if (!item.is_string()) return wrong_type("a list of strings");
            target->push_back(*item.value<std::string>());
        }
        return std::nullopt;
    }
    template <typename Number>
    std::optional<std::string> operator()(Number* target) const {
        if (!node.is_integer()) return wrong_type("a whole number");
        return Setter{field}.set_number(target, static_cast<double>(*node.value<std::int64_t>()));
    }
};

// A value of the environment into a field.
struct TextSetter {
    const ConfigField& field;
    const std::string& text;

    std::optional<std::string> operator()(std::string* target) const {
        *target = text;
        return std::nullopt;
    }
    std::optional<std::string> operator()(bool* target) const {
        if (text != "true" && text != "false") return option_name(field) + " must be true or false";
        *target = text == "true";
        return std::nullopt;
    }
    std::optional<std::string> operator()(std::vector<std::string>* target) const {
        target->clear();
        if (text.empty()) return std::nullopt;
        for (const std::string_view part : split(text, ',')) target->emplace_back(part);
        return std::nullopt;
    }
    template <typename Number>
    std::optional<std::string> operator()(Number* target) const {
        char* end = nullptr;
        const double value = std::strtod(text.c_str(), &end);
        const bool whole = std::is_same_v<Number, double> || std::floor(value) == value;
        if (text.empty() || *end != '\0' || !whole) return option_name(field) + " must be a number";
        return Setter{field}.set_number(target, value);
    }
};

using Fields = std::vector<ConfigField>;

const ConfigField* find_field(const Fields& fields, std::string_view section, std::string_view key) {
    const auto found = std::ranges::find_if(
        fields, [&](const ConfigField& field) { return field.section == section && field.key == key; });
    return found == fields.end() ? nullptr : &*found;
}

Result<void> read_table(const std::string& path, const Fields& fields, std::string_view section,
                        const toml::table& table) {
    for (const auto& [key, node] : table) {
        const ConfigField* field = find_field(fields, section, key.str());
        if (field == nullptr)
            return config_error(place(path, node.source()),
                                "unknown option [" + std::string(section) + "] " + std::string(key.str()));
        if (auto wrong = std::visit(NodeSetter{*field, node}, field->target))
            return config_error(place(path, node.source()), *wrong);
    }
    return {};
}

Result<void> read_host_tokens(const std::string& path, const toml::node& node, Config& config) {
    const toml::array* entries = node.as_array();
    if (entries == nullptr)
        return config_error(place(path, node.source()), "host_tokens must be written as [[host_tokens]]");
    for (const toml::node& entry : *entries) {
        const toml::table* table = entry.as_table();
        if (table == nullptr)
            return config_error(place(path, entry.source()), "host_tokens must be written as [[host_tokens]]");
        HostTokensConfig host;
        if (auto read = read_table(path, host_token_fields(host), "host_tokens", *table); !read) return read;
        config.host_tokens.push_back(std::move(host));
    }
    return {};
}

Result<void> read_file(const std::string& path, Config& config, int depth);

std::string beside(const std::string& path, const std::string& other) {
    if (other.starts_with('/')) return other;
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? other : path.substr(0, slash + 1) + other;
}

Result<void> read_includes(const std::string& path, const toml::node& node, Config& config, int depth) {
    if (depth == kIncludeDepthMax) return config_error(place(path, node.source()), "includes are nested too deeply");
    const toml::array* files = node.as_array();
    if (files == nullptr) return config_error(place(path, node.source()), "include must be a list of file names");
    for (const toml::node& file : *files) {
        if (!file.is_string()) return config_error(place(path, file.source()), "include must be a list of file names");
        if (auto read = read_file(beside(path, *file.value<std::string>()), config, depth + 1); !read) return read;
    }
    return {};
}

Result<void> read_section(const std::string& path, const Fields& fields, std::string_view name, const toml::node& node,
                          Config& config) {
    if (name == "host_tokens") return read_host_tokens(path, node, config);
    const bool known = std::ranges::any_of(fields, [&](const ConfigField& field) { return field.section == name; });
    if (!known) return config_error(place(path, node.source()), "unknown section [" + std::string(name) + "]");
    const toml::table* table = node.as_table();
    if (table == nullptr) return config_error(place(path, node.source()), std::string(name) + " must be a section");
    return read_table(path, fields, name, *table);
}

Result<void> read_file(const std::string& path, Config& config, int depth) {
    auto text = read_whole_file(path);
    if (!text) return std::move(text).error();
    const toml::parse_result parsed = toml::parse(*text, path);
    if (!parsed) return config_error(place(path, parsed.error().source()), std::string(parsed.error().description()));
    const Fields fields = config_fields(config);
    const toml::node* includes = nullptr;
    for (const auto& [name, node] : parsed.table()) {
        if (name.str() == "include") {
            includes = &node;
            continue;
        }
        if (auto read = read_section(path, fields, name.str(), node, config); !read) return read;
    }
    return includes == nullptr ? Result<void>{} : read_includes(path, *includes, config, depth);
}

std::string environment_name(const ConfigField& field) {
    std::string name = "BILLET_" + std::string(field.section) + "__" + std::string(field.key);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return name;
}

// A misspelt override must not pass for one that works.
Result<void> check_environment(const Fields& fields) {
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view variable = *entry;
        const std::string_view name = variable.substr(0, variable.find('='));
        if (!name.starts_with("BILLET_") || name.find("__") == std::string_view::npos) continue;
        const bool known =
            std::ranges::any_of(fields, [&](const ConfigField& field) { return environment_name(field) == name; });
        if (!known) return config_error(std::string(name), "is no option (in the environment)");
    }
    return {};
}

Result<void> read_environment(Config& config) {
    const Fields fields = config_fields(config);
    if (auto checked = check_environment(fields); !checked) return checked;
    for (const ConfigField& field : fields) {
        const std::string name = environment_name(field);
        const char* value = std::getenv(name.c_str());
        if (value == nullptr) continue;
        const std::string text = value;
        if (auto wrong = std::visit(TextSetter{field, text}, field.target)) return config_error(name, *wrong);
    }
    return {};
}

void put_instance(std::string& path, const std::string& instance) {
    constexpr std::string_view kMark = "{instance}";
    for (std::size_t at = path.find(kMark); at != std::string::npos; at = path.find(kMark, at + instance.size()))
        path.replace(at, kMark.size(), instance);
}

void put_instance(const Fields& fields, const std::string& instance) {
    for (const ConfigField& field : fields) {
        if (auto* const* text = std::get_if<std::string*>(&field.target)) put_instance(**text, instance);
    }
}

void put_instance(Config& config, const std::string& instance) {
    put_instance(config_fields(config), instance);
    for (HostTokensConfig& host : config.host_tokens) put_instance(host_token_fields(host), instance);
}

bool is_loopback(const std::string& host) {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

Result<void> check_host_tokens(const std::string& path, const Config& config) {
    std::vector<std::string> issuers{config.tokens.issuer};
    for (const HostTokensConfig& host : config.host_tokens) {
        const std::string name = "[[host_tokens]] " + host.issuer;
        if (host.issuer.empty() || host.audience.empty())
            return config_error(path, name + " needs issuer and audience");
        if (host.algorithm != "HS256" && host.algorithm != "RS256" && host.algorithm != "ES256")
            return config_error(path, name + " algorithm must be HS256, RS256 or ES256");
        if (host.key_file.empty() == host.jwks_file.empty())
            return config_error(path, name + " needs exactly one of key_file and jwks_file");
        if (std::ranges::find(issuers, host.issuer) != issuers.end())
            return config_error(path, name + ": this issuer is taken, by [tokens] or another entry");
        issuers.push_back(host.issuer);
    }
    return {};
}

// What no single option can say.
Result<void> check_together(const std::string& path, const Config& config) {
    const LimitsConfig& limits = config.limits;
    if (limits.username_min > limits.username_max)
        return config_error(path, "[limits] username_min is above username_max");
    if (limits.password_min > limits.password_max)
        return config_error(path, "[limits] password_min is above password_max");
    if (config.api.password_wait_ms >= config.api.request_deadline_s)
        return config_error(path, "[api] password_wait_ms is not below request_deadline_s");
    if (config.wsd.api_sockets.empty()) return config_error(path, "[wsd] api_sockets is empty");
    if (config.tokens.issuer.empty() || config.tokens.audience.empty())
        return config_error(path, "[tokens] needs issuer and audience");
    const DatabaseConfig& database = config.database;
    if (!database.host.empty() && !is_loopback(database.host) && database.tls_ca_file.empty())
        return config_error(path, "[database] host is another machine: it needs tls_ca_file");
    if (config.redis.user.empty() != config.redis.password_file.empty())
        return config_error(path, "[redis] needs both user and password_file, or neither");
    if (config.redis_wsd.user.empty() != config.redis_wsd.password_file.empty())
        return config_error(path, "[redis_wsd] needs both user and password_file, or neither");
    const std::string& level = config.log.level;
    if (level != "debug" && level != "info" && level != "warning" && level != "error")
        return config_error(path, "[log] level must be debug, info, warning or error");
    return check_host_tokens(path, config);
}

}  // namespace

Result<Config> load_config(const std::string& path, const std::string& instance) {
    Config config;
    if (auto read = read_file(path, config, 0); !read) return std::move(read).error();
    if (auto read = read_environment(config); !read) return std::move(read).error();
    put_instance(config, instance);
    if (auto checked = check_together(path, config); !checked) return std::move(checked).error();
    return config;
}

}  // namespace billet
