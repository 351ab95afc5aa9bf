// tests/contract/bus_keys.h — A sealer with keys of the test's own.
#pragma once

#include <memory>

#include "lib/crypto/notice_sealer.h"

namespace billet::contract {

struct BusKeys {
    std::shared_ptr<crypto::NoticeSealer> sealer;

    BusKeys();
};

}  // namespace billet::contract
