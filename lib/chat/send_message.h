// lib/chat/send_message.h — Sending one message: the only path by which a message comes to exist.
#pragma once

#include <optional>
#include <string>

#include "lib/chat/ports.h"
#include "lib/chat/write.h"

namespace billet::chat {

struct SendMessage {
    RoomId room;
    // Makes a retry harmless; without one the server makes one.
    std::optional<std::string> client_msg_id;
    std::string content;  // as given by the client, unchecked
};

struct SentMessage {
    Message message;
    bool duplicate = false;  // it had been stored before
    Cursor cursor;           // of the sender's own event; 0 on a duplicate
};

// Stores the message, then announces it to both members.
//
// Durable once this returns. The announcement is best effort: whoever misses it reads the event log
// from its cursor.
// A client_msg_id seen before returns the message that it made then (duplicate), even when a block,
// a disabled peer or an empty bucket would refuse a send now, and gives the token back.
//
// Errors: kInvalidArgument (content, client_msg_id), kNotFound (no such room for this caller),
// kCannotMessage (blocked either way, or the peer is disabled), kIdempotencyConflict (known id,
// other content), kRateLimited, kUnavailable.
Result<SentMessage> send_message(Ports& ports, const Caller& caller, const SendMessage& request);

// The same in its parts, for sends that share a transaction: check, write beside others, finish.
class MessageWrite : public Write {
public:
    // Errors: kInvalidArgument.
    static Result<MessageWrite> checked(const LimitsConfig& limits, Origin sender, SendMessage request);

    Bucket bucket(const LimitsConfig& limits) const override { return sends_bucket(limits); }
    RoomQuestion question() const override {
        return {.room = room_, .member = sender_, .client_msg_id = client_msg_id_, .unread_above = std::nullopt};
    }
    void decide(Batch& batch, const RoomAnswer& answer) override;
    void fail(const Error& error) override {
        outcome_ = error;
        events_.clear();
    }

    // A retry of what is stored is still answered as such.
    void go_without_token(Ports& ports, const Error& refusal) override;
    // Of what has been stored; none of a duplicate.
    const std::vector<Event>& events() const override { return events_; }
    bool returns_token() const override { return outcome_ && outcome_->duplicate; }

    const Result<SentMessage>& outcome() const { return outcome_; }

private:
    RoomId room_;
    UserId sender_;
    std::string client_msg_id_;
    bool is_named_;  // by the client, who may have sent it before
    std::string content_;
    Result<SentMessage> outcome_ = make_error(Code::kInternal, "not carried out");
    // Kept between two runs: when the outcome of a COMMIT was unknown and the next run finds the
    // very message of the run before, that COMMIT did happen and these are the events to announce.
    std::vector<Event> events_;

    MessageWrite(Origin sender, std::string client_msg_id, SendMessage request);

    Result<SentMessage> decided(Batch& batch, const RoomAnswer& answer);
    Result<SentMessage> accept_known(const Message& known) const;
    Result<SentMessage> store(Batch& batch, RoomState& room);
};

}  // namespace billet::chat
