// tests/unit/scratch_folder.cpp — The folder and its files.
#include "tests/unit/scratch_folder.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace billet::tests {

ScratchFolder::ScratchFolder() : folder_("/tmp/billet-unit-XXXXXX") {
    if (mkdtemp(folder_.data()) == nullptr) std::abort();
}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string ScratchFolder::write(const std::string& name, const std::string& text, unsigned mode) const {
    std::ofstream(path(name), std::ios::binary) << text;
    chmod(path(name).c_str(), mode);
    return path(name);
}

std::string hex_key(char digit) {
    return std::string(64, digit);
}

}  // namespace billet::tests
