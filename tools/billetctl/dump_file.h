// tools/billetctl/dump_file.h — A gzipped dump of the database: written beside its place and moved
// there when it is whole, or read.
//
//     -- Billet backup 1
//     -- version, database, schema change, time: a line each, "-- NAME: VALUE"
//     what mariadb-dump writes, to its last line "-- Dump completed …"
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace billet::ctl {

// The last bytes of a stream, to see whether a dump is whole.
class DumpTail {
public:
    void add(std::string_view bytes);
    // mariadb-dump writes this line when it has written everything, and never otherwise.
    bool is_complete() const;

private:
    std::string tail_;
};

class DumpWriter {
public:
    // Writes PATH.partial, readable by its owner alone. kConflict when PATH is there already,
    // kUnavailable when it cannot be written.
    static Result<DumpWriter> create(const std::string& path);
    // Without finish() nothing is left.
    ~DumpWriter();
    DumpWriter(DumpWriter&&) noexcept;
    DumpWriter& operator=(DumpWriter&&) = delete;

    Result<void> write(std::string_view bytes);
    // On the disk, under its name.
    Result<void> finish();

    std::uint64_t bytes() const { return bytes_; }

private:
    struct Stream;
    DumpWriter(std::string path, std::unique_ptr<Stream> stream);

    std::string path_;
    std::unique_ptr<Stream> stream_;
    std::uint64_t bytes_ = 0;
};

class DumpReader {
public:
    // gzipped or plain. kNotFound when it cannot be opened.
    static Result<DumpReader> open(const std::string& path);
    ~DumpReader();
    DumpReader(DumpReader&&) noexcept;
    DumpReader& operator=(DumpReader&&) = delete;

    // Valid until the next call; empty at the end. kInvalidArgument when the file is damaged or cut
    // off.
    Result<std::string_view> next();

private:
    struct Stream;
    DumpReader(std::string path, std::unique_ptr<Stream> stream);

    std::string path_;
    std::unique_ptr<Stream> stream_;
};

// Reads all of it. kInvalidArgument, with the reason, when it is no whole dump; else how many bytes
// it has.
Result<std::uint64_t> check_dump(const std::string& path);

}  // namespace billet::ctl
