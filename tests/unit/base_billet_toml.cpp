// tests/unit/base_billet_toml.cpp — The shipped billet.toml is complete, and every default that it
// names is the default.
#include <cctype>
#include <filesystem>
#include <map>
#include <set>

#include "lib/base/config.h"
#include "lib/base/config_fields.h"
#include "lib/base/file.h"
#include "lib/base/text.h"
#include "tests/unit/scratch_folder.h"

#include "CppUTest/TestHarness.h"

using namespace billet;

namespace {

std::string shipped_path() {
    return (std::filesystem::path(__FILE__).parent_path() / ".." / ".." / "billet.toml").string();
}

// "#key = value": an option; prose has a blank after the '#'.
bool is_option(std::string_view line) {
    return line.size() > 2 && line[0] == '#' && std::islower(static_cast<unsigned char>(line[1])) != 0 &&
           line.find(" = ") != std::string_view::npos;
}

struct Shipped {
    std::string defaults;                                // with every documented default in force
    std::string host_example;                            // the [[host_tokens]] example alone
    std::map<std::string, std::set<std::string>> named;  // section to the options that it names
    // Options without a line of prose anywhere before them in their block.
    std::vector<std::string> undocumented;
};

Shipped read_shipped() {
    Shipped shipped;
    std::string section;
    bool has_prose = false;
    const std::string text = *read_whole_file(shipped_path());
    for (const std::string_view line : split(text, '\n')) {
        const bool is_host = line == "#[[host_tokens]]";
        if (line.starts_with('[')) section = line.substr(1, line.find(']') - 1);
        if (is_host) section = "host_tokens";
        // Documented under [redis].
        if (line.empty() || line.starts_with('[')) has_prose = section == "redis_wsd";
        if (line.starts_with("# ")) has_prose = true;
        std::string& out = section == "host_tokens" ? shipped.host_example : shipped.defaults;
        out += is_option(line) || is_host ? line.substr(1) : line;
        out += '\n';
        if (!is_option(line)) continue;
        const std::string key(line.substr(1, line.find(' ') - 1));
        if (!shipped.named[section].insert(key).second) shipped.undocumented.push_back("twice: " + key);
        if (!has_prose) shipped.undocumented.push_back(key);
    }
    return shipped;
}

// Numbers and texts of all options, in order.
std::vector<std::string> values_of(Config& config) {
    std::vector<std::string> values;
    for (const ConfigField& field : config_fields(config)) {
        const std::string name = std::string(field.section) + "." + std::string(field.key) + "=";
        std::visit(
            [&](auto* target) {
                using Value = std::remove_pointer_t<decltype(target)>;
                if constexpr (std::is_same_v<Value, std::string>) {
                    values.push_back(name + *target);
                } else if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
                    std::string all;
                    for (const std::string& item : *target) all += item + ",";
                    values.push_back(name + all);
                } else if constexpr (std::is_arithmetic_v<Value>) {
                    values.push_back(name + std::to_string(*target));
                } else {
                    values.push_back(name + std::to_string(target->count()));
                }
            },
            field.target);
    }
    return values;
}

}  // namespace

TEST_GROUP(BilletToml) {
    tests::ScratchFolder folder;
    Shipped shipped = read_shipped();
};

TEST(BilletToml, IsAConfigurationAsItStands) {
    auto config = load_config(shipped_path(), "1");

    if (!config) FAIL(config.error().detail.c_str());
}

TEST(BilletToml, EveryDefaultThatItNamesIsTheDefault) {
    auto documented = load_config(folder.write("documented.toml", shipped.defaults), "{instance}");
    if (!documented) FAIL(documented.error().detail.c_str());
    Config defaults;

    const std::vector<std::string> expected = values_of(defaults);
    const std::vector<std::string> named = values_of(*documented);

    for (std::size_t i = 0; i < expected.size(); ++i) STRCMP_EQUAL(expected[i].c_str(), named[i].c_str());
}

TEST(BilletToml, NamesEveryOptionInItsSection) {
    Config config;
    HostTokensConfig host;
    std::vector<ConfigField> fields = config_fields(config);
    for (const ConfigField& field : host_token_fields(host)) fields.push_back(field);

    std::size_t named = 0;
    for (const auto& [section, keys] : shipped.named) named += keys.size();

    for (const ConfigField& field : fields) {
        if (!shipped.named[std::string(field.section)].contains(std::string(field.key)))
            FAIL(std::string(field.key).c_str());
    }
    LONGS_EQUAL(fields.size(), named);
}

TEST(BilletToml, SaysSomethingAboutEveryOption) {
    for (const std::string& key : shipped.undocumented) FAIL(key.c_str());
}

TEST(BilletToml, ItsExampleOfAHostIsSound) {
    auto config = load_config(folder.write("host.toml", shipped.host_example), "");

    if (!config) FAIL(config.error().detail.c_str());
    LONGS_EQUAL(1, config->host_tokens.size());
    CHECK_TRUE(config->host_tokens[0].username_claim == HostTokensConfig{}.username_claim);
    CHECK_TRUE(config->host_tokens[0].display_name_claim == HostTokensConfig{}.display_name_claim);
    CHECK_TRUE(config->host_tokens[0].role_claim == HostTokensConfig{}.role_claim);
}
