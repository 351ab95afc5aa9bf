// lib/chat/mark_read.h — Moving a member's read mark: forward only, exact unread counts, one event
// to both members; across a block to the reader alone, and the peer sees the mark once the block
// has ended.
#pragma once

#include <cstdint>
#include <optional>

#include "lib/chat/ports.h"
#include "lib/chat/write.h"

namespace billet::chat {

struct ReadMark {
    RoomId room;
    Seq seq;  // the mark as it stands now
    std::uint64_t unread_count = 0;
    std::uint64_t total_unread = 0;
    bool moved = false;  // false: a no-op, no event
};

struct ReadTarget {
    RoomId room;
    Seq seq;
};

// Marks everything up to `seq` (clamped to the newest; nullopt: all) as read. 0 and anything at or
// below the mark are no-ops.
// Errors: kNotFound, kUnavailable.
Result<ReadMark> mark_room_read(Ports& ports, const Caller& caller, RoomId room, std::optional<Seq> seq);

// The same, for marks that share a transaction.
class ReadWrite : public Write {
public:
    ReadWrite(Origin reader, RoomId room, std::optional<Seq> seq)
        : Write(std::move(reader)), reader_(origin().user), room_(room), seq_(seq) {}

    Bucket bucket(const LimitsConfig& limits) const override { return calls_bucket(limits); }
    RoomQuestion question() const override {
        return {.room = room_, .member = reader_, .client_msg_id = {}, .unread_above = seq_};
    }
    void decide(Batch& batch, const RoomAnswer& answer) override;
    void fail(const Error& error) override {
        outcome_ = error;
        events_.clear();
    }

    const std::vector<Event>& events() const override { return events_; }

    const Result<ReadMark>& outcome() const { return outcome_; }

private:
    UserId reader_;
    RoomId room_;
    std::optional<Seq> seq_;
    Result<ReadMark> outcome_ = make_error(Code::kInternal, "not carried out");
    std::vector<Event> events_;

    Result<ReadMark> decided(Batch& batch, const RoomAnswer& answer);
    ReadMark mark_of(Batch& batch, const RoomState& room, bool moved) const;
};

// Up to where a mark on this message goes: a no-op for the caller's own messages.
// Errors: kNotFound (no such message for this caller), kUnavailable.
Result<ReadTarget> target_of(Ports& ports, const Caller& caller, MessageId message);

}  // namespace billet::chat
