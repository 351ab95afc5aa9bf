// tools/billetctl/restore.cpp — A dump in the place of the database.
#include <unistd.h>

#include <cstdint>

#include "lib/store/maintenance.h"
#include "lib/store/schema.h"
#include "lib/store/whole_database.h"
#include "tools/billetctl/backup.h"
#include "tools/billetctl/dump_client.h"
#include "tools/billetctl/dump_file.h"
#include "tools/billetctl/output.h"

namespace billet::ctl {
namespace {

constexpr std::size_t kTextsTried = 200;

Error refused(const std::string& why) {
    return make_error(Code::kConflict, why);
}

Result<void> confirm(const Restore& request, const store::WholeDatabase& database) {
    if (request.confirmed) return {};
    if (isatty(STDIN_FILENO) == 0)
        return refused("this replaces the database '" + database.name() + "'; say --yes if that is meant");
    warn("this replaces the database '" + database.name() + "' by " + request.file + "; type its name to go on");
    std::string typed(64, '\0');
    const ssize_t count = read(STDIN_FILENO, typed.data(), typed.size());
    typed.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    if (typed == database.name() + "\n") return {};
    return refused("nothing was changed");
}

Result<void> nobody_else(store::WholeDatabase& database, std::chrono::seconds wait) {
    auto locked = database.take_lock(wait);
    if (!locked) return std::move(locked).error();
    if (!*locked)
        return unavailable("a migration, a backup or another restore is at work; try again when it has ended");
    auto connected = database.users_connected();
    if (!connected) return std::move(connected).error();
    if (*connected == 0) return {};
    return refused(std::to_string(*connected) +
                   " connections use the database: stop the daemons first (systemctl stop billet.target)");
}

// The client stops at the first error.
Result<void> load(const std::string& path, const DatabaseConfig& config, store::WholeDatabase& database,
                  std::uint64_t bytes) {
    auto disabled = database.disabled_accounts();
    if (!disabled) return std::move(disabled).error();
    auto beginning = database.sql_before_restore(*disabled);
    if (!beginning) return std::move(beginning).error();
    auto options = client_options(config);
    if (!options) return std::move(options).error();
    auto command = client_command("mariadb", *options);
    command.emplace_back("--batch");
    command.emplace_back("--default-character-set=utf8mb4");
    command.emplace_back("--binary-mode");
    auto client = Child::start(command, Child::Pipe::kToItsInput, *options);
    if (!client) return std::move(client).error();
    auto reader = DumpReader::open(path);
    if (!reader) return std::move(reader).error();
    if (auto written = client->write(*beginning); !written) return written;
    Progress progress("loading " + path, bytes);
    for (;;) {
        if (is_interrupted()) return unavailable("stopped in the middle: the database is not usable, run it again");
        auto piece = reader->next();
        if (!piece) return std::move(piece).error();
        if (piece->empty()) break;
        if (auto written = client->write(*piece); !written) return written;
        progress.advance(piece->size());
    }
    if (auto written = client->write(database.sql_after_restore()); !written) return written;
    return client->finish();
}

// A restored text that no key opens would be noticed by a user, months later.
Result<void> try_keys(Operator& op, store::WholeDatabase& database) {
    auto texts = database.some_texts(kTextsTried);
    if (!texts) return std::move(texts).error();
    auto sealer = op.sealer();
    if (!sealer) return std::move(sealer).error();
    for (const store::StoredText& text : *texts) {
        auto opened = (*sealer)->open(text.key_id, text.room, text.seq, text.sender, text.bytes);
        if (opened) continue;
        return make_error(Code::kInvalidArgument, "the rows are restored, but " + op.config().keys.content_file +
                                                      " does not open them (" + opened.error().detail +
                                                      "): put the content keys of that time back and run it again");
    }
    say("tried the content keys on " + std::to_string(texts->size()) + " messages: all open");
    return {};
}

Result<void> disable_again(store::WholeDatabase& database, store::Maintenance& maintenance) {
    auto accounts = database.disabled_accounts();
    if (!accounts) return std::move(accounts).error();
    if (accounts->empty()) return {};
    auto missing = maintenance.disable_accounts(*accounts);
    if (!missing) return std::move(missing).error();
    say("disabled again, as they were before the restore: " + std::to_string(accounts->size() - missing->size()) +
        " of " + std::to_string(accounts->size()) + " accounts");
    return {};
}

// The rows are of this build's schema: what follows may use all of it.
Result<void> check_change(store::WholeDatabase& database) {
    auto change = database.schema_change();
    if (!change) return std::move(change).error();
    if (*change == store::kSchemaChange) return {};
    return make_error(Code::kInvalidArgument, "the rows are restored, with the schema at '" + *change +
                                                  "' where this build has '" + std::string(store::kSchemaChange) +
                                                  "': run 'systemctl start billet-migrate' (or install the build "
                                                  "of that time), then 'billetctl epoch new'");
}

}  // namespace

Result<void> finish_restore(Operator& op, store::WholeDatabase& database) {
    auto maintenance = op.maintenance();
    if (!maintenance) return std::move(maintenance).error();
    auto step = database.restore_step();
    if (!step) return std::move(step).error();
    if (*step == store::RestoreStep::kLoaded) {
        if (auto disabled = disable_again(database, **maintenance); !disabled) return disabled;
    }
    // The sessions first: an epoch that has been printed says that all is done.
    auto ended = (*maintenance)->end_sessions();
    if (!ended) return std::move(ended).error();
    auto epoch = (*maintenance)->new_epoch();
    if (!epoch) return std::move(epoch).error();
    say(*epoch);
    warn("a new epoch, every client reloads; ended " + std::to_string(*ended) +
         " sessions and all tokens of hosts issued up to now: everybody signs in again");
    return database.end_restore();
}

Result<void> restore(Operator& op, const Restore& request) {
    const DatabaseConfig& config = op.config().database;
    auto created = store::WholeDatabase::create(config);
    if (!created) return std::move(created).error();
    store::WholeDatabase& database = **created;
    auto bytes = check_dump(request.file);
    if (!bytes) return std::move(bytes).error();
    if (auto sure = confirm(request, database); !sure) return sure;
    watch_for_interrupts();
    if (auto alone = nobody_else(database, request.wait); !alone) return alone;
    if (auto loaded = load(request.file, config, database, *bytes); !loaded) return loaded;
    if (auto tried = try_keys(op, database); !tried) return tried;
    if (auto checked = check_change(database); !checked) return checked;
    if (auto begun = finish_restore(op, database); !begun) return begun;
    say("restored from " + request.file + "; start the daemons: systemctl start billet-migrate billet.target");
    return {};
}

}  // namespace billet::ctl
