// lib/base/file.h — Reading small files whole.
#pragma once

#include <string>

#include "lib/base/result.h"

namespace billet {

// Configuration, keys and key sets are far below this.
inline constexpr std::size_t kFileBytesMax = 1 << 20;

// The bytes of a regular file. kNotFound with "path: why" when it cannot be read, is no regular file or above kFileBytesMax.
Result<std::string> read_whole_file(const std::string& path);

}  // namespace billet
