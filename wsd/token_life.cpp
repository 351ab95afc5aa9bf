// wsd/token_life.cpp — When to warn.
#include "wsd/token_life.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace billet::wsd {
namespace {

constexpr std::chrono::seconds kWarning{60};

}  // namespace

void TokenLife::begin(Client& client, std::chrono::seconds ttl) {
    end_ = client.now() + ttl;
    warned_ = false;
    // A third in milliseconds: of a life of two seconds there must be something left after the
    // warning.
    const auto warning = std::min<std::chrono::milliseconds>(kWarning, std::chrono::milliseconds(ttl) / 3);
    client.set_timer_at(Due::kToken, end_ - warning);
}

bool TokenLife::is_over(Client& client) {
    if (std::exchange(warned_, true)) return true;
    const auto left = std::chrono::ceil<std::chrono::seconds>(end_ - client.now());
    client.send_reply(wire::token_expiring_frame(std::max<std::int64_t>(0, left.count())));
    client.set_timer_at(Due::kToken, end_);
    return false;
}

}  // namespace billet::wsd
