// tests/unit/captured_log.h — What code writes to stderr, where the log goes.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <string>

#include "lib/base/file.h"
#include "tests/unit/scratch_folder.h"

namespace billet::tests {

std::string captured(const ScratchFolder& folder, const auto& work) {
    const std::string path = folder.write("log", "");
    std::fflush(stderr);
    const int kept = dup(STDERR_FILENO);
    FILE* file = std::fopen(path.c_str(), "w");
    dup2(fileno(file), STDERR_FILENO);
    work();
    std::fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    std::fclose(file);
    return *read_whole_file(path);
}

}  // namespace billet::tests
