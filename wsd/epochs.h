// wsd/epochs.h — The epoch's text, once for all sessions that read the same log.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace billet::wsd {

class Epochs {
public:
    using Text = std::shared_ptr<const std::string>;

    // There is one in the world until a backup is restored, so only the last one is looked at.
    Text share(std::string_view epoch) {
        if (last_ == nullptr || *last_ != epoch) last_ = std::make_shared<const std::string>(epoch);
        return last_;
    }

private:
    Text last_;
};

}  // namespace billet::wsd
