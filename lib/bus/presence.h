// lib/bus/presence.h — How others learn that a wsd is there: a key in Redis that lives a little
// longer than its heartbeats are apart.
#pragma once

#include <string_view>

namespace billet::bus {

// Set by every wsd that has its connections to Redis, and gone soon after the last of them.
inline constexpr std::string_view kWsdPresenceKey = "alive:wsd";
// Its life in heartbeats: two may come late.
inline constexpr int kPresenceBeats = 3;

}  // namespace billet::bus
