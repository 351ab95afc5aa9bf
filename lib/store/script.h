// lib/store/script.h — SQL that is put together at run time, where the number of its rows differs
// from call to call.
//
// It takes constants, numbers and bytes, and writes bytes in hexadecimal: nothing that a client
// sent can become part of a statement.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/store/sql.h"

namespace billet::store {

class Script {
public:
    Script& operator<<(Statement constant) {
        text_ += constant.text();
        return *this;
    }
    Script& operator<<(std::uint64_t number);
    template <typename Tag>
    Script& operator<<(StrongNumber<Tag> number) {
        return *this << number.value;
    }
    Script& operator<<(Time time);
    Script& bytes(std::string_view bytes);
    // For a column of the character set ascii.
    Script& ascii(std::string_view text);

    // Each item by `write(item)`, with commas between them.
    template <typename Items, typename Write>
    Script& list(const Items& items, Write write) {
        bool first = true;
        for (const auto& item : items) {
            if (!first) text_ += ',';
            first = false;
            write(item);
        }
        return *this;
    }

    const std::string& text() const { return text_; }

private:
    std::string text_;
};

}  // namespace billet::store
