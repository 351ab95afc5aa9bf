// lib/chat/write.cpp — One transaction for all, or else one for each.
#include "lib/chat/write.h"

#include <utility>
#include <vector>

namespace billet::chat {
namespace {

Result<void> run(Transaction& transaction, std::span<const RoomQuestion> questions, std::span<Write* const> writes) {
    auto locked = transaction.lock_rooms(questions);
    if (!locked) return std::move(locked).error();
    Batch batch(std::move(locked).value());
    for (std::size_t i = 0; i < writes.size(); ++i) writes[i]->decide(batch, batch.answer(i));
    Changes changes = batch.changes();
    return changes.empty() ? Result<void>{} : transaction.write(std::move(changes));
}

}  // namespace

void carry_out(Transactions& transactions, std::span<Write* const> writes) {
    std::vector<RoomQuestion> questions;
    questions.reserve(writes.size());
    for (const Write* const write : writes) questions.push_back(write->question());
    const auto done =
        transactions.transact([&](Transaction& transaction) { return run(transaction, questions, writes); });
    if (done) return;
    if (writes.size() == 1) return writes.front()->fail(done.error());
    for (std::size_t i = 0; i < writes.size(); ++i) carry_out(transactions, writes.subspan(i, 1));
}

}  // namespace billet::chat
