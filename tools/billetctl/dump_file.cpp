// tools/billetctl/dump_file.cpp — Dumps by way of zlib.
#include "tools/billetctl/dump_file.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <utility>

namespace billet::ctl {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 18U;
constexpr std::size_t kTailBytes = 256;
constexpr std::string_view kLastLine = "\n-- Dump completed";

Error cannot(const std::string& what) {
    return unavailable(what + ": " + std::strerror(errno));
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

// A new name is on the disk once its folder is.
Result<void> sync_folder(const std::string& path) {
    const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return cannot(path);
    const bool synced = fsync(folder) == 0;
    close(folder);
    if (!synced) return cannot(path);
    return {};
}

}  // namespace

void DumpTail::add(std::string_view bytes) {
    tail_ += bytes.substr(bytes.size() - std::min(bytes.size(), kTailBytes));
    if (tail_.size() > kTailBytes) tail_.erase(0, tail_.size() - kTailBytes);
}

bool DumpTail::is_complete() const {
    const std::size_t at = tail_.rfind(kLastLine);
    return at != std::string::npos && tail_.find('\n', at + 1) == tail_.size() - 1;
}

// --- Writing -------------------------------------------------------------------------------------

struct DumpWriter::Stream {
    int file = -1;  // beside zlib's own copy, to bring it to the disk
    gzFile zip = nullptr;

    ~Stream() {
        if (zip != nullptr) gzclose(zip);
        if (file >= 0) close(file);
    }
};

DumpWriter::DumpWriter(std::string path, std::unique_ptr<Stream> stream)
    : path_(std::move(path)), stream_(std::move(stream)) {}
DumpWriter::DumpWriter(DumpWriter&&) noexcept = default;

DumpWriter::~DumpWriter() {
    if (stream_) unlink((path_ + ".partial").c_str());
}

Result<DumpWriter> DumpWriter::create(const std::string& path) {
    if (access(path.c_str(), F_OK) == 0)
        return make_error(Code::kConflict, path + " is there already; choose another name");
    auto stream = std::make_unique<Stream>();
    stream->file = open((path + ".partial").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (stream->file < 0) return cannot(path + ".partial");
    const int copy = fcntl(stream->file, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) return cannot(path);
    stream->zip = gzdopen(copy, "wb6");
    if (stream->zip == nullptr) {
        close(copy);
        return unavailable("out of memory for zlib");
    }
    return DumpWriter(path, std::move(stream));
}

Result<void> DumpWriter::write(std::string_view bytes) {
    if (bytes.empty()) return {};
    if (gzwrite(stream_->zip, bytes.data(), static_cast<unsigned>(bytes.size())) <= 0)
        return cannot(path_ + ".partial");
    bytes_ += bytes.size();
    return {};
}

Result<void> DumpWriter::finish() {
    const std::string partial = path_ + ".partial";
    if (gzclose(std::exchange(stream_->zip, nullptr)) != Z_OK) return cannot(partial);
    if (fsync(stream_->file) != 0) return cannot(partial);
    // A link, unlike a rename, never replaces what has come there meanwhile.
    if (link(partial.c_str(), path_.c_str()) != 0) return cannot(path_);
    unlink(partial.c_str());
    stream_.reset();
    return sync_folder(folder_of(path_));
}

// --- Reading -------------------------------------------------------------------------------------

struct DumpReader::Stream {
    gzFile zip = nullptr;
    std::array<char, kPiece> piece{};

    ~Stream() {
        if (zip != nullptr) gzclose(zip);
    }
};

DumpReader::DumpReader(std::string path, std::unique_ptr<Stream> stream)
    : path_(std::move(path)), stream_(std::move(stream)) {}
DumpReader::DumpReader(DumpReader&&) noexcept = default;
DumpReader::~DumpReader() = default;

Result<DumpReader> DumpReader::open(const std::string& path) {
    auto stream = std::make_unique<Stream>();
    stream->zip = gzopen(path.c_str(), "rbe");
    if (stream->zip == nullptr) return make_error(Code::kNotFound, path + ": " + std::strerror(errno));
    gzbuffer(stream->zip, kPiece);
    return DumpReader(path, std::move(stream));
}

Result<std::string_view> DumpReader::next() {
    const int count = gzread(stream_->zip, stream_->piece.data(), static_cast<unsigned>(stream_->piece.size()));
    if (count < 0) {
        int number = Z_OK;
        const char* const why = gzerror(stream_->zip, &number);
        return make_error(Code::kInvalidArgument,
                          path_ + " is damaged: " + (number == Z_ERRNO ? std::strerror(errno) : why));
    }
    return std::string_view(stream_->piece.data(), static_cast<std::size_t>(count));
}

Result<std::uint64_t> check_dump(const std::string& path) {
    auto reader = DumpReader::open(path);
    if (!reader) return std::move(reader).error();
    DumpTail tail;
    for (std::uint64_t bytes = 0;;) {
        auto piece = reader->next();
        if (!piece) return std::move(piece).error();
        if (piece->empty()) {
            if (tail.is_complete()) return bytes;
            return make_error(Code::kInvalidArgument,
                              path + " is no whole dump: its last line is not that of mariadb-dump");
        }
        bytes += piece->size();
        tail.add(*piece);
    }
}

}  // namespace billet::ctl
