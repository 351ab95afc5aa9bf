// tools/billetctl/keys.h — Key files: make, rotate, retire; and sealing old messages again under a
// new key.
//
// The order that never refuses anything: add (accepted) → all daemons read the file → make current
// → daemons read it → (content: reseal) → retire.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tools/billetctl/operator.h"

namespace billet::ctl {

enum class KeyKind { kContent, kBus, kToken };

// "content", "bus" or "token".
std::optional<KeyKind> key_kind(std::string_view name);

// Makes those of the three configured files that do not exist. Never overwrites one.
Result<void> generate_keys(const Config& config);
Result<void> show_keys(const Config& config);
// The first step adds a key, the second (`activate`) makes it current. Both print what to do next.
Result<void> rotate_key(const Config& config, KeyKind kind);
Result<void> activate_key(const Config& config, KeyKind kind);
// Refuses while a message is still sealed by the key.
Result<void> retire_key(Operator& op, KeyKind kind, std::uint16_t id);
// Reads messages until it finds one under that key.
Result<bool> is_key_used(Operator& op, std::uint16_t id);
// Seals every message that is under another key than the current one again. Stops cleanly on
// Ctrl-C; running it again goes on.
Result<void> reseal_messages(Operator& op);

}  // namespace billet::ctl
