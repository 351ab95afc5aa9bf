// tests/contract/store_allocations.cpp — How often a page of history asks for memory, from
// MariaDB's answer to its JSON, the libraries' part included.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "lib/wire/objects.h"
#include "tests/contract/store_case.h"

#include "CppUTest/TestHarness.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

thread_local std::uint64_t allocations = 0;

}  // namespace

// glibc's own names: what it gives a program that puts a malloc of its own before it.
// NOLINTBEGIN
extern "C" void* __libc_malloc(std::size_t bytes);
extern "C" void* malloc(std::size_t bytes) noexcept {
    ++allocations;
    return __libc_malloc(bytes);
}
// NOLINTEND

using namespace billet;

namespace {

constexpr std::size_t kPage = 50;

std::uint64_t allocations_of_a_page(chat::Store& store, RoomId room, UserId viewer, std::size_t items) {
    const std::uint64_t before = allocations;
    const auto page = store.messages(room, viewer, {}, {items, 262144});
    CHECK_TRUE(page.ok() && page->messages.size() == items);
    const std::string json = wire::messages_json(page->messages, viewer);
    CHECK_TRUE(json.size() > items * 100);
    return allocations - before;
}

}  // namespace

TEST_GROUP(MariaDbStoreAllocates) {
    contract::MariaDbCase on;
};

// A message has two texts that are longer than a std::string holds in itself: one allocation each
// is the connector's, which gives texts in no other way, and stays the message's own.
TEST(MariaDbStoreAllocates, TwiceAMessageOfAPage) {
    const chat::User ann = on.user("ann");
    const chat::User bob = on.user("bob");
    const RoomId room = on.room(ann, bob);
    for (std::size_t i = 0; i < kPage; ++i)
        CHECK_TRUE(contract::send(on.store(), {.room = room,
                                               .sender = ann.id,
                                               .content = "a text of a usual length, number " + std::to_string(i),
                                               .client_msg_id = "3f2c7a52-4a38-4ad4-90f4-" + std::to_string(i)})
                       .ok());
    allocations_of_a_page(on.store(), room, ann.id, kPage);  // prepares the statement

    const std::uint64_t one = allocations_of_a_page(on.store(), room, ann.id, 1);
    const std::uint64_t fifty = allocations_of_a_page(on.store(), room, ann.id, kPage);

    const std::string numbers = std::to_string(one) + " for one message, " + std::to_string(fifty) + " for a page";
    CHECK_TRUE_TEXT(one <= 100, numbers.c_str());
    CHECK_TRUE_TEXT(fifty - one <= 2 * kPage + 20, numbers.c_str());
}

#endif
