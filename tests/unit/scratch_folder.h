// tests/unit/scratch_folder.h — A folder of small files that vanishes with the test.
#pragma once

#include <string>

namespace billet::tests {

class ScratchFolder {
public:
    ScratchFolder();
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    // Writes a file and answers its path.
    std::string write(const std::string& name, const std::string& text, unsigned mode = 0600) const;
    std::string path(const std::string& name) const { return folder_ + "/" + name; }

private:
    std::string folder_;
};

// A key in hex: 64 times the digit.
std::string hex_key(char digit);

}  // namespace billet::tests
