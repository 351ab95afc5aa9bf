// wsd/token_life.h — How long a client's token still holds: a warning before its end, and the end.
#pragma once

#include <chrono>

#include "wsd/client.h"

namespace billet::wsd {

class TokenLife {
public:
    // The api has said so just now. Due::kToken leads to is_over().
    void begin(Client& client, std::chrono::seconds ttl);
    // Asked when that is due. False: the client has been warned, and it will be due again.
    bool is_over(Client& client);

private:
    SteadyTime end_;
    bool warned_ = false;
};

}  // namespace billet::wsd
