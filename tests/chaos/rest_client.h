// tests/chaos/rest_client.h — A client that sends, marks and reads by REST, and asks again until it
// is answered.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "tests/chaos/scene.h"
#include "tests/support/http.h"

namespace billet::chaos {

class RestClient {
public:
    // `scene` must outlive it.
    RestClient(Scene& scene, std::size_t user, std::uint64_t seed);

    // Until the load is over and the last command is acknowledged. In the client's own thread.
    void run();
    bool is_settled() const { return settled_; }

private:
    Scene& scene_;
    std::size_t user_;
    std::string name_;
    Dice dice_;
    tests::Http http_;
    std::vector<std::size_t> rooms_;
    unsigned sent_ = 0;
    std::atomic<bool> settled_ = false;

    void act();
    void send(std::size_t room);
    void mark(std::size_t room);
    void read_back(std::size_t room, const Intent& intent);
    // Asks until the status is 2xx; what else may come while things are broken is asked again. A
    // reply without status: given up.
    tests::HttpReply insist(tests::HttpRequest request, bool may_give_up);
    bool may_ask_again(const tests::HttpReply& reply, const tests::HttpRequest& request);
};

}  // namespace billet::chaos
