// tests/chaos/collect.h — Reads everything back by REST when all is quiet.
#pragma once

#include "tests/chaos/scene.h"
#include "tests/chaos/world.h"

namespace billet::chaos {

// Rooms, users, intents and marks; the clients are for the caller to add.
World collect(Scene& scene);

}  // namespace billet::chaos
