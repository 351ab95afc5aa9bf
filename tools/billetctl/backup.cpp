// tools/billetctl/backup.cpp — mariadb-dump, watched.
#include "tools/billetctl/backup.h"

#include <sys/stat.h>

#include <array>
#include <cstdint>

#include "lib/store/whole_database.h"
#include "tools/billetctl/dump_client.h"
#include "tools/billetctl/dump_file.h"
#include "tools/billetctl/output.h"

namespace billet::ctl {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 18U;
constexpr std::uint64_t kMegabyte = 1000000;

std::string file_in(const std::string& place) {
    struct stat status {};
    if (stat(place.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return place;
    // 2026-11-28T01-30-00Z: sorts by time, and no colon in a file's name.
    std::string time = to_rfc3339(now()).substr(0, 19);
    for (char& c : time) {
        if (c == ':') c = '-';
    }
    return place + (place.ends_with('/') ? "" : "/") + "billet-" + time + "Z.sql.gz";
}

Result<std::vector<std::string>> dump_command(store::WholeDatabase& database, const Descriptor& options) {
    auto binary_log = database.has_binary_log();
    if (!binary_log) return std::move(binary_log).error();
    auto command = client_command("mariadb-dump", options);
    for (const char* option : {"--single-transaction", "--quick", "--routines", "--hex-blob", "--skip-lock-tables",
                               "--default-character-set=utf8mb4"})
        command.emplace_back(option);
    // As a comment: where the binary log goes on from.
    if (*binary_log) command.emplace_back("--master-data=2");
    command.push_back(database.name());
    return command;
}

std::string head_of(const store::WholeDatabase& database, const std::string& change) {
    return "-- Billet backup 1\n-- version: " BILLET_VERSION "\n-- database: " + database.name() +
           "\n-- schema change: " + change + "\n-- time: " + to_rfc3339(now()) + "\n";
}

// Everything the dump says, into the file.
Result<void> pour(Child& dump, DumpWriter& file) {
    std::vector<char> piece(kPiece);
    DumpTail tail;
    for (;;) {
        if (is_interrupted()) return unavailable("stopped; nothing was kept");
        auto count = dump.read(piece);
        if (!count) return std::move(count).error();
        if (*count == 0) break;
        const std::string_view bytes(piece.data(), *count);
        tail.add(bytes);
        if (auto written = file.write(bytes); !written) return written;
    }
    if (auto ended = dump.finish(); !ended) return ended;
    if (!tail.is_complete()) return unavailable("mariadb-dump ended without its last line");
    return {};
}

Result<void> lock(store::WholeDatabase& database, std::chrono::seconds wait) {
    auto locked = database.take_lock(wait);
    if (!locked) return std::move(locked).error();
    if (!*locked)
        return unavailable("a migration, another backup or a restore is at work; try again when it has ended");
    return {};
}

Result<void> look_before(store::WholeDatabase& database, const std::string& user) {
    auto step = database.restore_step();
    if (!step) return std::move(step).error();
    if (*step != store::RestoreStep::kNone)
        return unavailable("a restore of this database has not ended: there is nothing to back up");
    auto visible = database.is_all_visible();
    if (!visible) return std::move(visible).error();
    if (*visible) return {};
    return make_error(Code::kForbidden,
                      "'" + user + "' does not see all of the database '" + database.name() +
                          "', and a dump leaves out without a word what its user does not see: name a user with all "
                          "rights in [database] operator_user, such as root");
}

Result<void> dump_into(store::WholeDatabase& database, const DatabaseConfig& config, DumpWriter& file) {
    auto options = client_options(config);
    if (!options) return std::move(options).error();
    auto command = dump_command(database, *options);
    if (!command) return std::move(command).error();
    auto change = database.schema_change();
    if (!change) return std::move(change).error();
    if (auto written = file.write(head_of(database, *change)); !written) return written;
    auto dump = Child::start(*command, Child::Pipe::kFromItsOutput, *options);
    if (!dump) return std::move(dump).error();
    if (auto poured = pour(*dump, file); !poured) return poured;
    auto held = database.holds_lock();
    if (!held) return std::move(held).error();
    if (!*held)
        return unavailable("the lock against migrations was lost in the middle; nothing was kept, run it again");
    return {};
}

}  // namespace

Result<void> back_up(Operator& op, const Backup& request) {
    const DatabaseConfig& config = op.config().database;
    auto database = store::WholeDatabase::create(config);
    if (!database) return std::move(database).error();
    const std::string path = file_in(request.place);
    if (!path.ends_with(".gz"))
        return make_error(Code::kInvalidArgument, path + " is no folder that is there, and no name that ends in .gz");
    auto file = DumpWriter::create(path);
    if (!file) return std::move(file).error();
    watch_for_interrupts();
    if (auto locked = lock(**database, request.wait); !locked) return locked;
    if (auto looked = look_before(**database, config.user); !looked) return looked;
    if (auto dumped = dump_into(**database, config, *file); !dumped) return dumped;
    const std::uint64_t bytes = file->bytes();
    if (auto finished = file->finish(); !finished) return finished;
    if (auto whole = check_dump(path); !whole) return std::move(whole).error();
    say(path);
    warn(std::to_string(bytes / kMegabyte) + " MB dumped, compressed, and read back whole");
    warn("keys are not in it: keep a copy of " + op.config().keys.content_file + " elsewhere, or it can never be read");
    return {};
}

}  // namespace billet::ctl
