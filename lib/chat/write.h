// lib/chat/write.h — A write that may share its transaction with others.
#pragma once

#include <span>

#include "lib/base/result.h"
#include "lib/chat/batch.h"

namespace billet::chat {

// Its request, its rule and, once it has been carried out, its outcome.
class Write {
public:
    virtual ~Write() = default;

    // What it refers to must outlive the write.
    virtual RoomQuestion question() const = 0;
    // The rule. Keeps its outcome, which counts once the transaction has been committed; refusing
    // is an outcome too. Called again when the transaction is run again, on a batch that is new.
    virtual void decide(Batch& batch, const RoomAnswer& answer) = 0;
    // There was no transaction.
    virtual void fail(const Error& error) = 0;
};

// In one transaction, each as if after those before it: one that is refused does not hinder the
// others. Where the transaction fails as a whole, each has one of its own.
void carry_out(Transactions& transactions, std::span<Write* const> writes);

}  // namespace billet::chat
