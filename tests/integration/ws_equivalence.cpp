// tests/integration/ws_equivalence.cpp — Random work from many devices: whatever order and whatever
// connections are lost, what a device has built from its events is what a fresh fetch gives, and no
// event was missing or came twice. BILLET_SEED repeats a run.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <vector>

#include "tests/support/chat_state.h"
#include "tests/support/http.h"
#include "tests/support/live_client.h"
#include "tests/support/stack.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::tests;

namespace {

struct Device {
    std::size_t owner = 0;
    ChatState state;
    std::optional<LiveClient> client = {};
};

struct Sent {
    std::size_t sender;
    std::uint64_t room;
    std::string id;
    std::string content;
};

class World {
public:
    World(unsigned seed, std::size_t people, std::size_t devices_each) : random_(seed) {
        for (std::size_t i = 0; i < people; ++i) people_.push_back(new_person("p" + std::to_string(i)));
        epoch_ = http_.get("/chat/sync", people_[0].token).text("epoch");
        for (std::size_t i = 0; i < people * devices_each; ++i) {
            devices_.push_back({.owner = i % people, .state = {}});
            devices_.back().state.me = people_[i % people].id;
        }
        for (std::size_t i = 0; i + 1 < people; ++i) rooms_.push_back({room_of(people_[i], people_[i + 1]), i, i + 1});
    }

    void step() {
        Device& device = devices_[any(devices_.size())];
        switch (any(12)) {
            case 0: return open_room();
            case 1: return change_block(device.owner);
            case 2: return read_by_rest(device.owner);
            case 3: return read_by_socket(device);
            case 4: return connect(device);
            case 5: return disconnect(device);
            case 6: return retry(device);
            case 7: return send_by_rest(device.owner);
            case 8: return type(device);
            case 9: return drain(device, 0);
            default: return send_by_socket(device);
        }
    }

    // Everybody connects and catches up; what was on its way when a connection was lost may still
    // be carried out.
    bool agrees() {
        for (int attempt = 0; attempt < 10; ++attempt) {
            for (Device& device : devices_) connect(device);
            for (Device& device : devices_) drain(device, 300);
            bool all = true;
            for (const Device& device : devices_) all = agrees(device, attempt == 9) && all;
            if (all) return true;
        }
        return false;
    }
    int misplaced() const {
        int sum = 0;
        for (const Device& device : devices_) sum += device.state.misplaced;
        return sum;
    }
    std::uint64_t events() const {
        std::uint64_t sum = 0;
        for (const Device& device : devices_) sum += device.state.cursor;
        return sum;
    }
    int reconnects() const { return reconnects_; }

private:
    struct Room {
        std::uint64_t id;
        std::size_t one;
        std::size_t other;
    };

    std::mt19937 random_;
    Http http_;
    std::vector<Person> people_;
    std::vector<Device> devices_;
    std::vector<Room> rooms_;
    std::vector<Sent> sent_;
    std::string epoch_;
    int reconnects_ = 0;

    std::size_t any(std::size_t below) { return random_() % below; }
    const Person& person(const Device& device) const { return people_[device.owner]; }

    const Room& room_with(std::size_t member) {
        for (;;) {
            const Room& room = rooms_[any(rooms_.size())];
            if (room.one == member || room.other == member) return room;
        }
    }

    bool agrees(const Device& device, bool tell) {
        const ChatState fetched = fetch_state(person(device));
        const bool same = fetched.cursor == device.state.cursor && fetched.text() == device.state.text();
        if (!same && tell) {
            std::fprintf(stderr, "from events, at %llu:\n%sfetched, at %llu:\n%s",
                         static_cast<unsigned long long>(device.state.cursor), device.state.text().c_str(),
                         static_cast<unsigned long long>(fetched.cursor), fetched.text().c_str());
        }
        return same;
    }

    void connect(Device& device) {
        if (device.client && device.client->socket().is_open()) return;
        WebSocket::Options options;
        const std::size_t way = any(3);  // through nginx, or to one of the processes
        if (way > 0) options.unix_path = stack().run_dir + "/sock/wsd-" + std::to_string(way) + ".sock";
        device.client.emplace(options);
        device.client->hello(person(device).token, device.state.cursor, epoch_);
        ++reconnects_;
    }
    void disconnect(Device& device) {
        if (device.client && any(2) == 0) device.client->socket().close();
        device.client.reset();
    }
    void drain(Device& device, int wait_ms) {
        if (!device.client) return;
        for (;;) {
            const LiveFrame frame = device.client->next(wait_ms);
            if (frame.type.empty()) break;
            device.state.apply(frame);
        }
        if (!device.client->socket().is_open()) device.client.reset();
    }

    void open_room() {
        const std::size_t one = any(people_.size());
        const std::size_t other = any(people_.size());
        if (one == other) return;
        const std::uint64_t id = room_of(people_[one], people_[other]);
        if (id != 0) rooms_.push_back({id, one, other});
    }
    void change_block(std::size_t who) {
        const Room& room = room_with(who);
        const std::string path = "/chat/blocks/" + std::to_string(people_[room.one == who ? room.other : room.one].id);
        // Mostly unblocked, or nothing would be said.
        if (any(4) == 0) {
            http_.put(path, people_[who].token);
        } else {
            http_.del(path, people_[who].token);
        }
    }

    const Sent& new_message(std::size_t sender) {
        const std::string number = std::to_string(sent_.size());
        sent_.push_back({sender, room_with(sender).id, "id-" + number, "message " + number});
        return sent_.back();
    }
    void send_by_rest(std::size_t sender) { post(new_message(sender)); }
    void post(const Sent& sent) {
        http_.post("/chat/rooms/" + std::to_string(sent.room) + "/messages", people_[sent.sender].token,
                   R"({"content":)" + json_string(sent.content) + R"(,"client_msg_id":)" + json_string(sent.id) + "}");
    }
    void send_by_socket(Device& device) {
        if (device.client) put_on_socket(device, new_message(device.owner));
    }
    static void put_on_socket(Device& device, const Sent& sent) {
        device.client->send("chat_message", send_payload(sent.room, sent.content, sent.id), sent.id);
    }
    void retry(Device& device) {
        if (sent_.empty()) return;
        const Sent sent = sent_[sent_.size() - 1 - any(std::min<std::size_t>(sent_.size(), 10))];
        if (sent.sender == device.owner && device.client) return put_on_socket(device, sent);
        post(sent);
    }

    void read_by_rest(std::size_t reader) {
        const std::string path = "/chat/rooms/" + std::to_string(room_with(reader).id) + "/read";
        http_.put(path, people_[reader].token, any(2) == 0 ? "{}" : R"({"seq":)" + std::to_string(any(30)) + "}");
    }
    void read_by_socket(Device& device) {
        if (!device.client) return;
        const std::string room = R"({"room_id":)" + std::to_string(room_with(device.owner).id);
        device.client->send("message_read",
                            any(2) == 0 ? room + "}" : room + R"(,"seq":)" + std::to_string(any(30)) + "}");
    }
    void type(Device& device) {
        if (device.client)
            device.client->send("typing", R"({"room_id":)" + std::to_string(room_with(device.owner).id) + "}");
    }
};

unsigned next_seed() {
    const char* given = std::getenv("BILLET_SEED");
    return given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
}

}  // namespace

TEST_GROUP(WsEquivalence) {
    static void run_world(std::size_t people, std::size_t devices_each, int steps) {
        const unsigned seed = next_seed();
        std::printf("BILLET_SEED=%u\n", seed);
        World world(seed, people, devices_each);

        for (int i = 0; i < steps; ++i) world.step();

        CHECK_TRUE(world.agrees());
        LONGS_EQUAL(0, world.misplaced());
        // A run in which nothing happened would prove nothing.
        CHECK_COMPARE(world.events(), >, static_cast<std::uint64_t>(steps) / 4);
        CHECK_COMPARE(world.reconnects(), >, steps / 50);
    }
};

TEST(WsEquivalence, TwoPeopleWithThreeDevicesEach) {
    run_world(2, 3, 600);
}

TEST(WsEquivalence, FourPeopleWithTwoDevicesEach) {
    run_world(4, 2, 1000);
}
