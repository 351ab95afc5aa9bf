// lib/chat/send_message.h — Sending one message: the only path by which a message comes to exist.
#pragma once

#include <optional>

#include "lib/chat/ports.h"

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

}  // namespace billet::chat
