// lib/store/changes.cpp — One statement of many rows for each table.
#include "lib/store/changes.h"

#include <cstdint>

#include "lib/store/inserts.h"

namespace billet::store {
namespace {

constexpr auto kIntoMessages = "INSERT INTO chat_messages (" + kWrittenMessageColumns + ") VALUES ";
constexpr auto kIntoEvents = "INSERT INTO user_events (" + kWrittenEventColumns + ") VALUES ";
// All these rows exist, locked: what is inserted changes them. It is the one statement that changes
// many rows each in its own way without comparing lists. What stands before the update never
// changes, and must be said because the columns have no defaults.
constexpr Statement kIntoRooms =
    "INSERT INTO chat_rooms (id, user1_id, user2_id, created_at, last_seq, last_message_at, user1_read_seq,"
    " user2_read_seq, user1_unread, user2_unread, user1_held_seq, user2_held_seq) VALUES ";
constexpr Statement kChangeRooms =
    " ON DUPLICATE KEY UPDATE last_seq = VALUES(last_seq), last_message_at = VALUES(last_message_at),"
    " user1_read_seq = VALUES(user1_read_seq), user2_read_seq = VALUES(user2_read_seq),"
    " user1_unread = VALUES(user1_unread), user2_unread = VALUES(user2_unread),"
    " user1_held_seq = VALUES(user1_held_seq), user2_held_seq = VALUES(user2_held_seq); ";
constexpr Statement kIntoHeads = "INSERT INTO user_log (user_id, head_cursor, total_unread, rooms_unread) VALUES ";
constexpr Statement kChangeHeads =
    " ON DUPLICATE KEY UPDATE head_cursor = VALUES(head_cursor), total_unread = VALUES(total_unread),"
    " rooms_unread = VALUES(rooms_unread); ";

void write_seq(Script& script, const std::optional<Seq>& seq) {
    if (seq)
        script << "," << *seq;
    else
        script << ",NULL";
}

void write_message(Script& script, const chat::Message& message, const crypto::Sealed& sealed) {
    script << "(" << message.room << "," << message.seq << "," << message.sender << ",";
    script.ascii(message.client_msg_id) << "," << std::uint64_t{sealed.key_id} << ",";
    script.bytes(sealed.bytes) << "," << message.created_at << ")";
}

void write_room(Script& script, const chat::RoomState& room) {
    script << "(" << room.id << "," << room.members[0] << "," << room.members[1] << "," << room.created_at << ","
           << room.last_seq << "," << room.last_message_at << "," << room.read_seq[0] << "," << room.read_seq[1] << ","
           << room.unread[0] << "," << room.unread[1];
    for (const std::optional<Seq>& seq : room.held_seq) write_seq(script, seq);
    script << ")";
}

void write_head(Script& script, const chat::LogHead& head) {
    script << "(" << head.user << "," << head.head << "," << head.total_unread << "," << head.rooms_unread << ")";
}

// In the order of kWrittenEventColumns.
void write_event(Script& script, const chat::EventRow& row) {
    script << "(" << row.user << "," << row.cursor << "," << row.type << "," << row.room << "," << row.seq << ","
           << row.actor << "," << std::uint64_t{row.flag} << "," << row.unread_count << "," << row.total_unread << ",";
    script.bytes(row.payload) << "," << row.created_at << ")";
}

}  // namespace

Script script_of(const chat::Changes& changes, const crypto::ContentSealer& sealer, bool begin, bool commit) {
    Script script;
    script << "BEGIN NOT ATOMIC ";
    if (begin) script << "START TRANSACTION; ";
    if (!changes.messages.empty()) {
        script << kIntoMessages;
        script.list(changes.messages, [&](const chat::Message& message) {
            write_message(script, message, sealer.seal(message.room, message.seq, message.sender, message.content));
        });
        script << "; ";
    }
    if (!changes.rooms.empty()) {
        script << kIntoRooms;
        script.list(changes.rooms, [&](const chat::RoomState& room) { write_room(script, room); }) << kChangeRooms;
    }
    if (!changes.heads.empty()) {
        script << kIntoHeads;
        script.list(changes.heads, [&](const chat::LogHead& head) { write_head(script, head); }) << kChangeHeads;
    }
    if (!changes.events.empty()) {
        script << kIntoEvents;
        script.list(changes.events, [&](const chat::Event& event) { write_event(script, chat::row_of(event)); });
        script << "; ";
    }
    if (commit) script << "COMMIT; ";
    script << "END";
    return script;
}

}  // namespace billet::store
