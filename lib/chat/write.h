// lib/chat/write.h — A write that may share its transaction with others.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lib/chat/batch.h"
#include "lib/chat/ports.h"

namespace billet::chat {

// Its request, its rule and, once it has been carried out, its outcome.
class Write {
public:
    // Who asks, and how.
    struct Origin {
        UserId user;
        // Of a token whose account and session are still to be looked at; empty: they stand.
        std::string session_id = {};
        std::string cause = {};  // as in Ports
        // No try begins after it.
        std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
    };

    explicit Write(Origin origin) : origin_(std::move(origin)) {}
    virtual ~Write() = default;

    const Origin& origin() const { return origin_; }
    // What it costs a token of.
    virtual Bucket bucket(const LimitsConfig& limits) const = 0;
    // What it refers to must outlive the write.
    virtual RoomQuestion question() const = 0;
    // The rule. Keeps its outcome, which counts once the transaction has been committed; refusing
    // is an outcome too. Called again when the transaction is run again, on a batch that is new.
    virtual void decide(Batch& batch, const RoomAnswer& answer) = 0;
    // Its outcome is this error.
    virtual void fail(const Error& error) = 0;
    // There is no token for it. Some are answered nevertheless.
    virtual void go_without_token(Ports& /*ports*/, const Error& refusal) { fail(refusal); }
    // To be announced after the commit.
    virtual const std::vector<Event>& events() const = 0;
    // It has changed nothing that its token was for.
    virtual bool returns_token() const { return false; }

    // How account and session stand refuses whoever asks: nothing was taken, nothing is told.
    bool is_turned_away() const { return turned_away_; }
    void turn_away(const Error& refusal) {
        turned_away_ = true;
        fail(refusal);
    }

    // What the limiter said, and whether the token has been given back since.
    std::optional<LimitDecision> token;
    bool token_returned = false;

private:
    Origin origin_;
    bool turned_away_ = false;
};

using Writes = std::span<Write* const>;

// All of this: a write alone. Its outcome tells how it went.
void carry_out(Ports& ports, Write& write);

// The same in steps, for writes that share a transaction.

// Gives those that have a token; the others have their outcome.
std::vector<Write*> take_tokens(Ports& ports, Writes writes);
// In one transaction, each as if after those before it: one that is refused does not hinder the
// others. Where the transaction fails as a whole, each has one of its own.
// Gives those whose locks others hold, undecided, unless it waits for them.
std::vector<Write*> write_together(Transactions& transactions, Writes writes, Patience patience);
// Tells live sockets, gives tokens back.
void conclude(Ports& ports, Writes writes);

}  // namespace billet::chat
