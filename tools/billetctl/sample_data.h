// tools/billetctl/sample_data.h — Users, rooms and messages for trying out and measuring.
#pragma once

#include <cstdint>
#include <string>

#include "tools/billetctl/operator.h"

namespace billet::ctl {

struct SampleSize {
    std::uint64_t users = 20;
    // Each between two of the new users, or between `rooms_for` and one of them.
    std::uint64_t rooms = 30;
    std::uint64_t messages = 3000;  // spread evenly over the new rooms
    std::string rooms_for;          // a user name; empty: nobody
    unsigned days = 14;             // the messages reach back so far
};

// Adds to what is there. Every transaction is whole, so it can be stopped at any point; running it
// again adds more.
// Errors: kInvalidArgument when there are not enough users for so many different rooms, kNotFound
// (rooms_for), and those of the database.
Result<void> make_sample_data(Operator& op, const SampleSize& size);

}  // namespace billet::ctl
