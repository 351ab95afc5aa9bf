// tests/chaos/main.cpp — The play: clients at work, faults, quiet again, and then every promise.
//
// Environment: that of tests/support/stack.h, CHAOS_FAULTS (12), CHAOS_SEED (random; the same seed
// makes the same plan) and the files of tests/faults/fault_file.h. The last line is "N passed, N
// failed", a case being a promise about one room, user, client or the whole play.
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <thread>

#include "lib/base/text.h"
#include "tests/chaos/collect.h"
#include "tests/chaos/injector.h"
#include "tests/chaos/rest_client.h"
#include "tests/chaos/self_test.h"
#include "tests/chaos/socket_client.h"
#include "tests/chaos/verdict.h"
#include "tests/support/http.h"

namespace billet::chaos {
namespace {

constexpr std::size_t kUsers = 4;
// So many that writes meet and share transactions.
constexpr int kRestClientsPerUser = 4;
constexpr int kReadyMs = 60000;
constexpr int kSettleMs = 60000;
// The contract's bound for an event to reach every live socket, whatever died before.
constexpr int kDeliveryMs = 6000;
constexpr int kLastLossMs = 500;
constexpr int kPollMs = 5;
constexpr int kWarmUpMs = 1000;

std::uint64_t environment_number(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : parse_number(text, INT64_MAX).value_or(otherwise);
}

template <typename Condition>
bool wait_until(int timeout_ms, Condition condition) {
    for (const std::int64_t end = now_ms() + timeout_ms; !condition(); tests::sleep_ms(kPollMs))
        if (now_ms() > end) return false;
    return true;
}

// All clients and their threads.
class Cast {
public:
    Cast(Scene& scene, std::uint64_t seed) {
        for (std::size_t user = 0; user < kUsers; ++user) {
            for (int i = 0; i < kRestClientsPerUser; ++i)
                rest.push_back(std::make_unique<RestClient>(scene, user, ++seed));
            sockets.push_back(
                std::make_unique<SocketClient>(scene, user, "socket-" + std::to_string(user), true, ++seed));
        }
        // Second devices, which only listen.
        for (std::size_t user = 0; user < 2; ++user)
            sockets.push_back(
                std::make_unique<SocketClient>(scene, user, "listener-" + std::to_string(user), false, ++seed));
        for (auto& client : rest) threads_.emplace_back([&client] { client->run(); });
        for (auto& client : sockets) threads_.emplace_back([&client] { client->run(); });
    }

    bool is_settled() const {
        return std::ranges::all_of(rest, [](const auto& client) { return client->is_settled(); }) &&
               std::ranges::all_of(sockets, [](const auto& client) { return client->is_settled(); });
    }
    bool is_connected() const {
        return std::ranges::all_of(sockets, [](const auto& client) { return client->is_connected(); });
    }
    void join() { threads_.clear(); }

    std::vector<std::unique_ptr<RestClient>> rest;
    std::vector<std::unique_ptr<SocketClient>> sockets;

private:
    std::vector<std::jthread> threads_;
};

// Without a further event, whatever the bus has lost: every client reaches the head of its log in
// time. Gives who did not.
std::vector<std::string> reach_heads(Scene& scene, const Cast& cast) {
    tests::Http http;
    const std::int64_t began = now_ms();
    std::vector<std::uint64_t> heads;
    for (Account& account : scene.accounts)
        heads.push_back(http.get("/chat/sync", account.fresh_token()).number("cursor"));
    std::vector<std::string> late;
    for (const auto& client : cast.sockets) {
        const std::uint64_t head = heads[client->user()];
        const auto left_ms = static_cast<int>(began + kDeliveryMs - now_ms());
        if (wait_until(left_ms, [&] { return client->reached() >= head; }) && head > 0) continue;
        late.push_back(client->name() + ": at cursor " + std::to_string(client->reached()) + " of " +
                       std::to_string(head));
    }
    return late;
}

// One message a room, after the faults; each must reach every connected client of both members in
// time.
struct LastWords {
    std::int64_t slowest_ms = 0;
    std::vector<std::string> late;
};

struct Word {
    std::size_t room = 0;
    std::uint64_t message_id = 0;
    std::int64_t written_ms = 0;
    std::vector<const SocketClient*> expected;
};

Word write_word(Scene& scene, const Cast& cast, std::size_t room) {
    tests::Http http;
    const std::size_t sender = scene.rooms[room].members[0];
    const std::string name = "last-" + std::to_string(room);
    const std::size_t number =
        scene.journal.intend({.sender = sender, .room = room, .client_msg_id = name, .content = name});
    Word word{.room = room, .message_id = 0, .written_ms = 0, .expected = {}};
    for (const auto& client : cast.sockets)
        if (client->is_connected() && scene.rooms[room].side_of(client->user()) < 2)
            word.expected.push_back(client.get());
    const std::string path = scene.path_of_room(room) + "/messages";
    const std::string body = R"({"content":")" + name + R"(","client_msg_id":")" + name + "\"}";
    tests::HttpReply reply;
    wait_until(kReadyMs, [&] {
        reply = http.post(path, scene.accounts[sender].fresh_token(), body);
        return reply.status == 200 || reply.status == 201;
    });
    const Message message = message_of(reply.json());
    word.written_ms = now_ms();
    word.message_id = message.id;
    scene.journal.acknowledge(number, message.id, message.seq, message.content);
    return word;
}

LastWords speak_last_words(Scene& scene, const Cast& cast) {
    std::vector<Word> words;
    for (std::size_t room = 0; room < scene.rooms.size(); ++room) words.push_back(write_word(scene, cast, room));
    LastWords result;
    for (const Word& word : words) {
        for (const SocketClient* client : word.expected) {
            // Looks on for as long again, to tell late from lost.
            wait_until(2 * kDeliveryMs, [&] { return client->applied_message_at(word.message_id) != 0; });
            const std::int64_t at = client->applied_message_at(word.message_id);
            const std::int64_t took = std::max<std::int64_t>(0, at - word.written_ms);
            if (at != 0) result.slowest_ms = std::max(result.slowest_ms, took);
            if (at == 0 || took > kDeliveryMs)
                result.late.push_back(client->name() + ": message " + std::to_string(word.message_id) +
                                      (at == 0 ? " never came" : " came after " + std::to_string(took) + " ms"));
        }
    }
    return result;
}

// The last commands lose half of their notices.
void settle(Scene& scene, const Cast& cast, RedisProxy& redis) {
    if (!tests::wait_until_ready(kReadyMs)) scene.journal.broken(Promise::kEverythingSettles, "/readyz is not 200");
    redis.disturb({FaultKind::kLoseNotices, "redis", 0, kSettleMs});
    tests::sleep_ms(kLastLossMs);
    scene.stage = Stage::kSettle;
    if (!wait_until(kSettleMs, [&] { return cast.is_settled(); }))
        scene.journal.broken(Promise::kEverythingSettles,
                             "commands without an answer, or clients without a connection");
    scene.stage = Stage::kListen;
}

void print_summary(const Journal& journal, const Injector& injector, const RedisProxy& redis, const LastWords& words) {
    std::printf("faults:");
    for (int kind = 0; kind < kFaultKinds; ++kind)
        std::printf("%s %d %s", kind > 0 ? "," : "", injector.done(FaultKind{kind}), name_of(FaultKind{kind}));
    std::printf("\nreplies of Redis spoilt: %" PRIu64 "\n", redis.disturbed());
    std::printf("messages acknowledged: %" PRIu64 ", given up: %" PRIu64 ", sent again though acknowledged: %" PRIu64
                ", read marks: %" PRIu64 "\n",
                journal.acknowledged.load(), journal.given_up.load(), journal.replayed.load(), journal.marked.load());
    std::printf("retries: %" PRIu64 ", reconnects: %" PRIu64 ", resyncs: %" PRIu64 "\n", journal.retries.load(),
                journal.reconnects.load(), journal.resyncs.load());
    std::printf("longest wait for an acknowledgement: %" PRId64 " ms; slowest delivery after the faults: %" PRId64
                " ms\nlongest absence after a kill:",
                journal.longest_outage_ms.load(), words.slowest_ms);
    for (const auto& [service, ms] : journal.longest_absences()) std::printf(" %s %" PRId64 " ms", service.c_str(), ms);
    std::printf("\n");
}

// From an acknowledgement, or the welcome that came later, to the event on a socket; the worst of
// the whole play. No promise covers a process that stands still, so this is only told.
std::int64_t slowest_delivery_ms(const Journal& journal, const Cast& cast) {
    std::map<std::uint64_t, std::int64_t> acknowledged;
    for (const Intent& intent : journal.intents()) acknowledged[intent.id] = intent.acknowledged_ms;
    std::int64_t slowest = 0;
    for (const auto& client : cast.sockets) {
        for (const Event& event : client->history().applied) {
            const std::uint64_t id = tests::number_of(tests::member_of(event.payload, "message"), "id");
            if (id == 0 || !acknowledged.contains(id)) continue;
            slowest = std::max(slowest, event.at_ms - std::max(acknowledged[id], event.connected_ms));
        }
    }
    return slowest;
}

void judge(Scene& scene, const Cast& cast, const LastWords& words, Verdict& verdict) {
    for (int promise = 0; promise < kPromises; ++promise)
        verdict.add(text_of(Promise{promise}), scene.journal.broken(Promise{promise}));
    verdict.add("the last event reaches every connected client within 6 s", words.late);
    std::vector<std::string> idle;
    if (scene.journal.acknowledged == 0) idle.emplace_back("no message was acknowledged");
    verdict.add("there was something to check", idle);
    World world = collect(scene);
    for (const auto& client : cast.sockets) world.clients.push_back(client->history());
    check_world(world, verdict);
}

bool play(std::uint64_t seed, std::size_t faults, Verdict& verdict) {
    const std::int64_t began = now_ms();
    RedisProxy redis(seed);
    Scene scene(kUsers);
    if (!redis.is_ready() || scene.rooms.empty()) {
        std::printf("the stack does not answer, or its Redis cannot be moved\n");
        return false;
    }
    Injector injector(redis, scene.journal);
    Cast cast(scene, seed);
    tests::sleep_ms(kWarmUpMs);
    injector.carry_out(make_plan(seed, faults, can_abort()));
    settle(scene, cast, redis);
    verdict.add("what the bus lost reaches every connected client within 6 s", reach_heads(scene, cast));
    redis.disturb({FaultKind::kLoseNotices, "redis", 0, 0});
    const LastWords words = speak_last_words(scene, cast);
    scene.stage = Stage::kOver;
    cast.join();
    print_summary(scene.journal, injector, redis, words);
    std::printf("slowest delivery to a living connection: %" PRId64 " ms\n", slowest_delivery_ms(scene.journal, cast));
    judge(scene, cast, words, verdict);
    std::printf("took %.1f s\n", static_cast<double>(now_ms() - began) / 1000);
    return true;
}

int run() {
    const std::uint64_t seed = environment_number("CHAOS_SEED", std::random_device{}());
    const std::size_t faults = environment_number("CHAOS_FAULTS", 12);
    std::printf("CHAOS_SEED=%" PRIu64 " CHAOS_FAULTS=%zu%s\n", seed, faults,
                can_abort() ? "" : " (without BILLET_FAULT_FILES: nothing dies after a COMMIT)");
    Verdict verdict;
    verdict.add("the checks themselves notice what they should", check_the_checks());
    const bool played = play(seed, faults, verdict);
    for (const std::string& line : verdict.broken()) std::printf("%s\n", line.c_str());
    if (verdict.failed() > 0) std::printf("CHAOS_SEED=%" PRIu64 " repeats this plan of faults\n", seed);
    std::printf("%d passed, %d failed\n", verdict.passed(), verdict.failed() + (played ? 0 : 1));
    return played && verdict.failed() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace billet::chaos

int main() {
    return billet::chaos::run();
}
