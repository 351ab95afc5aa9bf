// tests/unit/wsd_relay_client.cpp — The relay over FastCGI against an api that is slow, hangs up,
// leaves or is not there.
#include "wsd/relay_client.h"

#include <ev.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/fakes/wsd/fake_api.h"
#include "tests/unit/scratch_folder.h"
#include "wsd/memory.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::wsd;
using namespace std::chrono_literals;

namespace {

const std::string kStored = fakes::reply_records("Status: 201 Created\r\nX-Billet-Cursor: 12\r\n\r\n{\"id\":1}");

// Far beyond what anything here takes.
constexpr auto kLongest = 20s;

}  // namespace

TEST_GROUP(WsdRelayClient) {
    tests::ScratchFolder folder;
    std::size_t relays_before = waiting.relays;
    event::Loop* loop = ev_loop_new(EVFLAG_AUTO);
    WsdConfig config;
    std::unique_ptr<fakes::FakeApi> api;
    std::unique_ptr<RelayClient> client;
    std::vector<RelayReply> replies;
    bool owner_lives = true;

    void setup() override {
        config.api_sockets = {folder.path("api.sock")};
        config.relays_parallel = 1;
        config.relay_timeout_ms = kLongest;
        api = std::make_unique<fakes::FakeApi>(config.api_sockets[0]);
    }
    void teardown() override {
        client.reset();
        api.reset();
        ev_loop_destroy(loop);
        LONGS_EQUAL(relays_before, waiting.relays);
    }

    void ask(std::string path = "/chat/rooms/1/messages", RelayKind kind = RelayKind::kSend) {
        if (client == nullptr)
            client = std::make_unique<RelayClient>(loop, config, [this](ConnectionId) { return owner_lives; });
        RelayRequest request;
        request.kind = kind;
        request.owner = 1;
        request.method = "POST";
        request.path = std::move(path);
        request.body = "{}";
        client->ask(std::move(request), [this](RelayReply reply) { replies.push_back(std::move(reply)); });
    }
    // Lets both sides work until it is so.
    template <typename Condition>
    void wait_until(Condition is_so) {
        const auto end = std::chrono::steady_clock::now() + kLongest;
        while (!is_so()) {
            CHECK_TRUE(std::chrono::steady_clock::now() < end);
            ev_run(loop, EVRUN_NOWAIT);
            api->look();
        }
    }
    // Until that connection has brought a whole request.
    fakes::FakeApi::Request request_on(std::size_t connection) {
        std::optional<fakes::FakeApi::Request> request;
        wait_until([&] { return (request = api->take(connection)).has_value(); });
        return *request;
    }
    void expect_reply(int status) {
        const std::size_t before = replies.size();
        wait_until([&] { return replies.size() > before; });
        LONGS_EQUAL(before + 1, replies.size());
        LONGS_EQUAL(status, replies.back().status);
    }
};

TEST(WsdRelayClient, ARequestArrivesAndItsReplyMayComeInPieces) {
    ask("/chat/rooms/7/messages");
    const auto request = request_on(0);
    STRCMP_EQUAL("POST", request.parameters.at("REQUEST_METHOD").c_str());
    STRCMP_EQUAL("/chat/rooms/7/messages", request.parameters.at("REQUEST_URI").c_str());
    STRCMP_EQUAL("2", request.parameters.at("CONTENT_LENGTH").c_str());
    STRCMP_EQUAL("{}", request.body.c_str());

    for (const char byte : kStored.substr(0, kStored.size() - 1)) {
        api->write(0, {&byte, 1});
        ev_run(loop, EVRUN_NOWAIT);
    }
    CHECK_TRUE(replies.empty());
    api->write(0, kStored.substr(kStored.size() - 1));

    expect_reply(201);
    STRCMP_EQUAL("{\"id\":1}", replies[0].body.c_str());
    LONGS_EQUAL(12, replies[0].cursor);
    STRCMP_EQUAL(request.parameters.at("BILLET_REQUEST_ID").c_str(), replies[0].request_id.c_str());
}

TEST(WsdRelayClient, AConnectionIsKeptForTheNextRequest) {
    for (int i = 0; i < 3; ++i) {
        ask();
        request_on(0);
        api->write(0, kStored);
        expect_reply(201);
    }

    LONGS_EQUAL(1, api->connections());
}

TEST(WsdRelayClient, TheSameRequestIsAskedOnceMoreWhenTheApiHangsUp) {
    ask();
    const auto first = request_on(0);
    api->hang_up(0);
    const auto second = request_on(1);
    api->write(1, kStored);

    expect_reply(201);

    CHECK_TRUE(first.parameters == second.parameters && first.body == second.body);
}

TEST(WsdRelayClient, HalfAReplyIsNone) {
    ask();
    request_on(0);
    api->write(0, kStored.substr(0, kStored.size() / 2));
    api->hang_up(0);
    request_on(1);
    api->write(1, kStored);

    expect_reply(201);
}

TEST(WsdRelayClient, NonsenseInPlaceOfAReplyIsABrokenConnection) {
    ask();
    request_on(0);
    api->write(0, "HTTP/1.1 200 OK\r\n\r\n");
    request_on(1);
    wait_until([this] { return api->is_left(0); });
    api->write(1, kStored);

    expect_reply(201);
}

TEST(WsdRelayClient, AfterTheSecondTryTheEndIsUnknown) {
    ask();
    for (std::size_t i = 0; i < 2; ++i) {
        request_on(i);
        api->hang_up(i);
    }

    expect_reply(0);

    LONGS_EQUAL(2, api->connections());
}

TEST(WsdRelayClient, AKeptConnectionThatTheApiHasLeftCostsNoTry) {
    ask();
    request_on(0);
    api->write(0, kStored);
    expect_reply(201);
    api->hang_up(0);

    ask();  // before the loop has seen that
    request_on(1);
    api->hang_up(1);
    request_on(2);
    api->write(2, kStored);

    expect_reply(201);
}

TEST(WsdRelayClient, WithoutAnApiTheReplyComesFromTheLoopAndHasNoStatus) {
    config.api_sockets = {folder.path("nobody.sock")};

    ask();

    CHECK_TRUE(replies.empty());
    expect_reply(0);
}

TEST(WsdRelayClient, WhoIsAwayIsPassedOver) {
    config.api_sockets.insert(config.api_sockets.begin(), folder.path("nobody.sock"));

    ask();
    request_on(0);
    api->write(0, kStored);

    expect_reply(201);
}

TEST(WsdRelayClient, TimeIsUpForTheRequestUnderWayAndForThoseThatWaitBehindIt) {
    config.relay_timeout_ms = 50ms;
    ask("/first");
    ask("/second");
    request_on(0);

    wait_until([this] { return replies.size() == 2; });

    LONGS_EQUAL(0, replies[0].status);
    LONGS_EQUAL(0, replies[1].status);
    LONGS_EQUAL(0, client->waiting());
    // What comes late is nobody's.
    wait_until([this] { return api->is_left(0); });
    LONGS_EQUAL(2, replies.size());
}

TEST(WsdRelayClient, WhatFindsNoPlaceInTheQueueIsAnsweredAndTheOthersGoOn) {
    config.relays_queued = 2;
    for (const char* path : {"/0", "/1", "/2", "/3"}) ask(path);
    LONGS_EQUAL(2, client->waiting());

    expect_reply(0);

    for (const char* path : {"/0", "/1", "/2"}) {
        STRCMP_EQUAL(path, request_on(0).parameters.at("REQUEST_URI").c_str());
        api->write(0, kStored);
        expect_reply(201);
    }
}

TEST(WsdRelayClient, TheQueueIsBoundedInBytesToo) {
    config.relays_bytes = static_cast<std::uint32_t>(relays_before) + 2000;
    ask("/first");

    ask("/" + std::string(2000, 'x'));

    expect_reply(0);
    request_on(0);
    api->write(0, kStored);
    expect_reply(201);
}

TEST(WsdRelayClient, ReadsOfWhoHasGoneAreDroppedAndSendsAreNot) {
    ask("/0");
    ask("/read", RelayKind::kSync);
    ask("/send", RelayKind::kSend);
    owner_lives = false;

    for (const char* path : {"/0", "/send"}) {
        STRCMP_EQUAL(path, request_on(0).parameters.at("REQUEST_URI").c_str());
        api->write(0, kStored);
        expect_reply(201);
    }

    LONGS_EQUAL(0, client->waiting());
    LONGS_EQUAL(2, replies.size());
}

TEST(WsdRelayClient, SeveralConnectionsWorkAtATime) {
    config.relays_parallel = 2;
    ask("/0");
    ask("/1");

    const std::string on_first = request_on(0).parameters.at("REQUEST_URI");
    const std::string on_second = request_on(1).parameters.at("REQUEST_URI");

    CHECK_TRUE(on_first != on_second);
    api->write(1, kStored);
    expect_reply(201);
    api->write(0, kStored);
    expect_reply(201);
}
