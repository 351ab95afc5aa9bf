// wsd/epochs.h — The epoch's text, once for all sessions that read the same log.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace billet::wsd {

class Epochs {
public:
    // Kept for good: there is one in the world until a backup is restored.
    const std::string* share(std::string_view epoch) { return &*texts_.emplace(epoch).first; }

private:
    std::set<std::string, std::less<>> texts_;
};

}  // namespace billet::wsd
