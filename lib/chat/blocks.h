// lib/chat/blocks.h — Who may not write to whom, and typing, which goes nowhere across a block.
#pragma once

#include "lib/chat/ports.h"

namespace billet::chat {

// Those above `after`; `limit` is cut to [limits] blocks_page_max, and the page to page_bytes.
Result<BlockPage> list_blocks(Ports& ports, const Caller& caller, UserId after, std::size_t limit);

// Idempotent; block_updated to the caller when something changed. Once this has returned no later
// message exists between the two.
// Nothing moves across a block either: a read mark is its reader's own until the last block of the
// two ends, and then the peer gets one message_read with where it stands.
// Errors: kInvalidArgument (oneself), kNotFound (no such user), kUnavailable.
Result<void> set_block(Ports& ports, const Caller& caller, UserId other, bool blocked);

// Tells the peer that the caller is typing; silently nothing across a block, to a disabled peer, or
// more often than [limits] typing_interval_s.
// Errors: kNotFound (no such room for this caller), kUnavailable.
Result<void> announce_typing(Ports& ports, const Caller& caller, RoomId room);

}  // namespace billet::chat
