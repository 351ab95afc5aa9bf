// lib/crypto/key_file.h — Making and changing key files, for the operator's tool. The daemons only
// read them (key_ring.h).
// A change writes a new file beside the old one and renames it: whoever reads sees the whole old
// file or the whole new one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/result.h"

namespace billet::crypto {

enum class ChannelKey { kWithout, kWith };

// A new file (mode 0600) with one random current key, on disk when this returns. kConflict when
// there is a file already: it is left alone.
Result<void> create_key_file(const std::string& path, const std::string& comment, ChannelKey channel);

struct KeyEntry {
    std::uint16_t id = 0;
    bool is_current = false;
};

// All of these keep comments, owner and mode of the file. Errors: kInvalidArgument with detail when
// the file or the wish is wrong.
Result<std::vector<KeyEntry>> list_keys(const std::string& path);
// Adds a random key as accepted: everybody can open with it once they have read the file again,
// nobody seals with it. Its id.
Result<std::uint16_t> add_key(const std::string& path);
// Makes the accepted key with the highest id above the current one current. Its id; the key before
// stays accepted.
Result<std::uint16_t> activate_key(const std::string& path);
// Takes an accepted key out.
Result<void> retire_key(const std::string& path, std::uint16_t id);

}  // namespace billet::crypto
