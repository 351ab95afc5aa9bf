// tests/contract/store_case.cpp — The stores under test, and the writes that many tests need.
#include "tests/contract/store_case.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "lib/base/config.h"
#include "lib/base/text.h"
#include "lib/chat/batch.h"
#include "lib/chat/mark_read.h"
#include "lib/chat/numbering.h"
#include "lib/chat/send_message.h"
#include "lib/store/connection_settings.h"
#include "lib/store/store.h"
#include "tests/fakes/fake_store.h"

#include "CppUTest/TestHarness.h"

namespace billet::contract {
namespace {

// The database of the whole run; a private one is stopped and removed when the run ends.
class TestDatabase {
public:
    TestDatabase() {
        store::start_driver();
        config_ = find_config();
    }
    ~TestDatabase() {
        if (private_dir_.empty()) return;
        run_script("stop");
        std::error_code ignored;
        std::filesystem::remove_all(private_dir_, ignored);
    }
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    const DatabaseConfig& config() const { return config_; }

private:
    std::string private_dir_;
    DatabaseConfig config_;

    DatabaseConfig find_config() {
        if (const char* path = std::getenv("BILLET_TEST_CONFIG")) return read(path);
        if (const char* run_dir = std::getenv("BILLET_RUN_DIR")) return read(std::string(run_dir) + "/billet.toml");
        std::string dir = "/tmp/billet-store-XXXXXX";
        if (mkdtemp(dir.data()) == nullptr) FAIL("mkdtemp");
        private_dir_ = dir;
        if (!run_script("start")) FAIL("tools/stack/dev-db.sh failed; run the tests from the root of the repository");
        return read(private_dir_ + "/billet.toml");
    }
    bool run_script(const std::string& action) const {
        const std::string command = "tools/stack/dev-db.sh " + private_dir_ + " " + action + " >/dev/null 2>&1";
        return std::system(command.c_str()) == 0;  // NOLINT(cert-env33-c): a fixed script and a name of our own
    }
    static DatabaseConfig read(const std::string& path) {
        auto config = load_config(path, "1");
        if (!config) FAIL(config.error().detail.c_str());
        return config->database;
    }
};

std::shared_ptr<const crypto::ContentSealer> make_sealer() {
    crypto::start_crypto();
    std::string path = "/tmp/billet-content-keys-XXXXXX";
    const int file = mkstemp(path.data());  // 0600
    if (file < 0) FAIL("mkstemp");
    close(file);
    std::ofstream(path) << "7 current " << std::string(64, 'd') << '\n';
    auto made = crypto::ContentSealer::from_file(path);
    unlink(path.c_str());
    CHECK_TRUE(made.ok());
    return *made;
}

chat::Event room_created(RoomId id, const chat::User& self, const chat::User& peer, chat::LogHead& head, Time time) {
    chat::Room room;
    room.id = id;
    room.user1 = std::min(self.id, peer.id);
    room.user2 = std::max(self.id, peer.id);
    room.created_at = time;
    room.peer = chat::card_of(peer);
    return {self.id, chat::take_cursor(head), time, chat::RoomCreatedEvent{room}};
}

Error given_up() {
    return make_error(Code::kForbidden, "given up");
}

}  // namespace

std::string StoreCase::unique(const std::string& name) {
    return name + "-" + random_id().substr(0, 16);
}

chat::User StoreCase::user(const std::string& name) {
    auto made = store().create_user({.username = unique(name),
                                     .display_name = name,
                                     .password_hash = "hash-of-" + name,
                                     .issuer = {},
                                     .external_id = {},
                                     .role = chat::Role::kUser});
    if (!made) FAIL(made.error().detail.c_str());
    return *made;
}

RoomId StoreCase::room(const chat::User& one, const chat::User& other) {
    auto made = open_room(store(), one, other);
    if (!made) FAIL(made.error().detail.c_str());
    return *made;
}

chat::Message StoreCase::say(RoomId room, const chat::User& sender, const std::string& content) {
    auto sent = send(store(), {.room = room, .sender = sender.id, .content = content});
    if (!sent) FAIL(sent.error().detail.c_str());
    return *sent;
}

void StoreCase::say_many(RoomId room, const chat::User& sender, int count) {
    for (int i = 1; i <= count; ++i) say(room, sender, "m-" + std::to_string(i));
}

FakeCase::FakeCase() : shared_(std::make_shared<fakes::FakeStore>()) {}

std::shared_ptr<chat::Store> FakeCase::open() {
    return shared_;
}

const DatabaseConfig& MariaDbCase::database() {
    static const TestDatabase kDatabase;
    return kDatabase.config();
}

std::shared_ptr<const crypto::ContentSealer> MariaDbCase::sealer() {
    static const auto kSealer = make_sealer();
    return kSealer;
}

DatabaseConfig MariaDbCase::operator_database() {
    DatabaseConfig config = database();
    config.user = "billet_admin";
    config.password_file = std::filesystem::path(config.password_file).replace_filename("billet_admin.password");
    return config;
}

std::shared_ptr<chat::Store> MariaDbCase::open_with(const DatabaseConfig& config) {
    return std::make_shared<store::MariaDbStore>(config, sealer());
}

std::shared_ptr<chat::Store> MariaDbCase::open() {
    return open_with(database());
}

Result<chat::Message> send(chat::Store& store, const Send& what) {
    LimitsConfig limits;
    limits.content_code_points = limits.content_bytes;
    auto write =
        chat::MessageWrite::checked(limits, {.user = what.sender},
                                    {.room = what.room, .client_msg_id = what.client_msg_id, .content = what.content});
    if (!write) return std::move(write).error();
    auto done = store.transact([&](chat::Transaction& transaction) -> Result<void> {
        const chat::RoomQuestion question = write->question();
        auto locked = transaction.lock_rooms({&question, 1}, chat::Patience::kWaits);
        if (!locked) return std::move(locked).error();
        chat::Batch batch(std::move(locked).value());
        write->decide(batch, batch.answer(0));
        if (!write->outcome()) return write->outcome().error();
        if (auto written = transaction.write(batch.changes()); !written) return written;
        return what.give_up ? Result<void>(given_up()) : Result<void>{};
    });
    if (!done) return std::move(done).error();
    return write->outcome()->message;
}

Result<void> mark_read(chat::Store& store, RoomId room_id, UserId reader, Seq seq) {
    chat::ReadWrite write({.user = reader}, room_id, seq);
    chat::write_together(store, std::array<chat::Write*, 1>{&write}, chat::Patience::kWaits);
    return write.outcome() ? Result<void>{} : write.outcome().error();
}

Result<RoomId> open_room(chat::Store& store, const chat::User& one, const chat::User& other) {
    RoomId id;
    auto done = store.transact([&](chat::Transaction& transaction) -> Result<void> {
        auto heads = transaction.lock_heads(one.id, other.id);
        if (!heads) return std::move(heads).error();
        auto existing = transaction.find_room(one.id, other.id);
        if (!existing) return std::move(existing).error();
        if (existing->has_value()) {
            id = **existing;
            return {};
        }
        const chat::User& lower = one.id < other.id ? one : other;
        const chat::User& higher = one.id < other.id ? other : one;
        const Time time = now();
        auto made = transaction.insert_room({lower.id, higher.id}, time);
        if (!made) return std::move(made).error();
        id = *made;
        const std::vector<chat::Event> events{room_created(id, lower, higher, (*heads)[0], time),
                                              room_created(id, higher, lower, (*heads)[1], time)};
        return transaction.write(
            {.messages = {}, .rooms = {}, .heads = {heads->begin(), heads->end()}, .events = events});
    });
    if (!done) return std::move(done).error();
    return id;
}

Result<bool> block(chat::Store& store, UserId blocker, UserId blocked, bool on) {
    bool changed = false;
    auto done = store.transact([&](chat::Transaction& transaction) -> Result<void> {
        auto head = transaction.lock_head(blocker);
        if (!head) return std::move(head).error();
        auto set = transaction.set_block(blocker, blocked, on);
        if (!set) return std::move(set).error();
        changed = *set;
        if (!changed) return {};
        const chat::Event event{blocker, chat::take_cursor(*head), now(), chat::BlockEvent{blocked, on}};
        return transaction.write({.messages = {}, .rooms = {}, .heads = {*head}, .events = {event}});
    });
    if (!done) return std::move(done).error();
    return changed;
}

}  // namespace billet::contract
