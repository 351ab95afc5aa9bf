// lib/base/file.cpp — Files, and files that nobody else may read.
#include "lib/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "lib/base/descriptor.h"

namespace billet {
namespace {

Error cannot_read(const std::string& path, const std::string& why) {
    return make_error(Code::kNotFound, path + ": " + why);
}

Result<std::string> read_all(const std::string& path, int descriptor, std::size_t size) {
    std::string bytes(size, '\0');
    std::size_t filled = 0;
    while (filled < size) {
        const ssize_t got = read(descriptor, bytes.data() + filled, size - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return cannot_read(path, std::strerror(errno));
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    bytes.resize(filled);
    return bytes;
}

// `forbidden`: permission bits that the file must not have.
Result<std::string> read_file(const std::string& path, mode_t forbidden) {
    // Not blocking: a path that names a pipe must not hang the start.
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file) return cannot_read(path, std::strerror(errno));
    struct stat status {};
    if (fstat(file.get(), &status) != 0) return cannot_read(path, std::strerror(errno));
    if (!S_ISREG(status.st_mode)) return cannot_read(path, "is no regular file");
    if (static_cast<std::size_t>(status.st_size) > kFileBytesMax) return cannot_read(path, "is larger than 1 MiB");
    if ((status.st_mode & forbidden) != 0)
        return cannot_read(path, "is open to every user: take that away with chmod o-rwx");
    return read_all(path, file.get(), static_cast<std::size_t>(status.st_size));
}

}  // namespace

Result<std::string> read_whole_file(const std::string& path) {
    return read_file(path, 0);
}

// A group may read: systemd hands credentials out as 0440.
Result<std::string> read_secret_file(const std::string& path) {
    if (path.empty())
        return make_error(Code::kInvalidArgument, "the path of a secret file is not set in the configuration");
    auto secret = read_file(path, S_IRWXO);
    if (!secret) return make_error(Code::kInvalidArgument, secret.error().detail);
    if (secret->ends_with('\n')) secret->resize(secret->size() - (secret->ends_with("\r\n") ? 2 : 1));
    if (secret->empty()) return make_error(Code::kInvalidArgument, path + ": is empty");
    return secret;
}

}  // namespace billet
