// tools/billetctl/keys.cpp — The key files, and what to do after each step.
#include "tools/billetctl/keys.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "lib/crypto/key_file.h"
#include "lib/store/maintenance.h"
#include "tools/billetctl/output.h"

namespace billet::ctl {
namespace {

struct KindTexts {
    KeyKind kind;
    const char* name;
    const char* comment;     // of a new file
    const char* readers;     // who must read the file again
    const char* afterwards;  // once a new key is current
};

constexpr std::array kKinds = {
    KindTexts{KeyKind::kContent, "content",
              "Content keys: ID STATE HEX64, exactly one is current. Whoever loses this file loses every message: keep "
              "a copy.",
              "billet-api", "billetctl key reseal, then: billetctl key retire content OLD_ID"},
    KindTexts{KeyKind::kBus, "bus", "Bus keys: ID STATE HEX64, exactly one is current; the channel key never changes.",
              "billet-api and billet-wsd", "after a minute: billetctl key retire bus OLD_ID"},
    KindTexts{
        KeyKind::kToken, "token", "Token keys: ID STATE HEX64, exactly one is current.", "billet-api",
        "after the life of refresh tokens ([limits] refresh_token_s), or at once to log everybody out: billetctl key "
        "retire token OLD_ID"},
};

static_assert(std::ranges::equal(kKinds, std::array{KeyKind::kContent, KeyKind::kBus, KeyKind::kToken}, {},
                                 &KindTexts::kind));

const KindTexts& texts_of(KeyKind kind) {
    return kKinds.at(static_cast<std::size_t>(kind));
}

const std::string& path_of(const Config& config, KeyKind kind) {
    switch (kind) {
        case KeyKind::kContent: return config.keys.content_file;
        case KeyKind::kBus: return config.keys.bus_file;
        case KeyKind::kToken: return config.keys.token_file;
    }
    return config.keys.content_file;
}

Result<void> check_path(const Config& config, KeyKind kind) {
    if (!path_of(config, kind).empty()) return {};
    return make_error(Code::kInvalidArgument,
                      std::string("[keys] ") + texts_of(kind).name + "_file is not set in the configuration");
}

// False for a key that is current or not there: its retirement is refused without reading all
// messages first.
Result<bool> is_accepted_key(const std::string& path, std::uint16_t id) {
    auto entries = crypto::list_keys(path);
    if (!entries) return std::move(entries).error();
    return std::ranges::any_of(*entries, [&](const auto& entry) { return entry.id == id && !entry.is_current; });
}

std::string read_again(KeyKind kind) {
    return std::string("let every ") + texts_of(kind).readers +
           " read the file again: SIGHUP (systemd: restart the instances one by one, as their copies are those of the "
           "start)";
}

}  // namespace

std::optional<KeyKind> key_kind(std::string_view name) {
    for (const KindTexts& texts : kKinds) {
        if (name == texts.name) return texts.kind;
    }
    return std::nullopt;
}

Result<void> generate_keys(const Config& config) {
    for (const KindTexts& texts : kKinds) {
        if (auto checked = check_path(config, texts.kind); !checked) return checked;
        const std::string& path = path_of(config, texts.kind);
        const auto channel = texts.kind == KeyKind::kBus ? crypto::ChannelKey::kWith : crypto::ChannelKey::kWithout;
        auto made = crypto::create_key_file(path, texts.comment, channel);
        if (!made && made.error().code != Code::kConflict) return made;
        say((made ? "made " : "left alone, as it is there already: ") + path);
    }
    say("Keep a copy of " + config.keys.content_file +
        " apart from the database's backups: without it no message can be read.");
    return {};
}

Result<void> show_keys(const Config& config) {
    for (const KindTexts& texts : kKinds) {
        if (auto checked = check_path(config, texts.kind); !checked) return checked;
        auto entries = crypto::list_keys(path_of(config, texts.kind));
        if (!entries) return std::move(entries).error();
        for (const crypto::KeyEntry& entry : *entries)
            say(std::string(texts.name) + " " + std::to_string(entry.id) +
                (entry.is_current ? " current" : " accepted"));
    }
    return {};
}

Result<void> rotate_key(const Config& config, KeyKind kind) {
    if (auto checked = check_path(config, kind); !checked) return checked;
    auto id = crypto::add_key(path_of(config, kind));
    if (!id) return std::move(id).error();
    say("added key " + std::to_string(*id) + " to " + path_of(config, kind) +
        " as accepted: it opens, nothing is sealed with it yet");
    say("next: 1. " + read_again(kind));
    say(std::string("      2. billetctl key rotate ") + texts_of(kind).name + " --activate");
    return {};
}

Result<void> activate_key(const Config& config, KeyKind kind) {
    if (auto checked = check_path(config, kind); !checked) return checked;
    auto id = crypto::activate_key(path_of(config, kind));
    if (!id) return std::move(id).error();
    say("key " + std::to_string(*id) + " of " + path_of(config, kind) +
        " is the current one; the others are still accepted");
    say("next: 1. " + read_again(kind));
    say(std::string("      2. ") + texts_of(kind).afterwards);
    return {};
}

Result<void> retire_key(Operator& op, KeyKind kind, std::uint16_t id) {
    const Config& config = op.config();
    if (auto checked = check_path(config, kind); !checked) return checked;
    auto could_go = is_accepted_key(path_of(config, kind), id);
    if (!could_go) return std::move(could_go).error();
    if (kind == KeyKind::kContent && *could_go) {
        auto used = is_key_used(op, id);
        if (!used) return std::move(used).error();
        if (*used)
            return make_error(Code::kConflict,
                              "messages are still sealed by key " + std::to_string(id) + "; run: billetctl key reseal");
    }
    if (auto retired = crypto::retire_key(path_of(config, kind), id); !retired) return retired;
    say("key " + std::to_string(id) + " is gone from " + path_of(config, kind));
    say("next: " + read_again(kind));
    return {};
}

}  // namespace billet::ctl
