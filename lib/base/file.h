// lib/base/file.h — Reading small files whole.
#pragma once

#include <cstddef>
#include <string>

#include "lib/base/result.h"

namespace billet {

// Configuration, keys and key sets are far below this.
inline constexpr std::size_t kFileBytesMax = 1 << 20;

// The bytes of a regular file. kNotFound with "path: why" when it cannot be read, is no regular
// file or above kFileBytesMax.
Result<std::string> read_whole_file(const std::string& path);

// The secret in a file: its bytes without one final line break (LF or CR LF), as an editor or echo
// leaves it. kInvalidArgument when it cannot be read, is empty, or is readable by others.
Result<std::string> read_secret_file(const std::string& path);

}  // namespace billet
