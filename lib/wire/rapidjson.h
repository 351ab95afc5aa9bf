// lib/wire/rapidjson.h — The parts of RapidJSON that this folder uses, in one place.
#pragma once

// Its empty stack adds to a null pointer and compares: undefined on paper, harmless, and noise for
// clang's sanitizer.
#if defined(__clang__)
#pragma clang attribute push(__attribute__((no_sanitize("pointer-overflow"))), apply_to = function)
#endif

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#if defined(__clang__)
#pragma clang attribute pop
#endif
