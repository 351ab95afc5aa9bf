// state/rooms.js — Rooms: snapshots by REST and events by the log, merged so that the newer one
// wins.
//
// A room only moves forward: (last_seq, read_seq, peer_read_seq) never decrease. So of two views of
// it the one that is ahead is the newer, and unread_count belongs to it.

export function putRooms(state, rooms, asOf) {
  return rooms.reduce((next, room) => putRoom(next, room, asOf), state);
}

// `asOf`: our cursor when the room was asked for. A block that the log has told since then is newer
// than the snapshot.
export function putRoom(state, room, asOf = Infinity) {
  const known = state.rooms[room.id];
  const newer = known && !covers(room, known) ? { ...known, peer: room.peer } : room;
  const told = (state.blockedAt[room.peer.id] ?? -1) > asOf;
  const blocked_by_me = told && known ? known.blocked_by_me : room.blocked_by_me;
  return {
    ...state,
    rooms: { ...state.rooms, [room.id]: { ...newer, blocked_by_me } },
    missingRooms: state.missingRooms.includes(room.id)
      ? state.missingRooms.filter((id) => id !== room.id)
      : state.missingRooms,
  };
}

// An event's room is as of its creation: whatever is known already is newer.
export function putNewRoom(state, room) {
  return state.rooms[room.id] ? state : putRoom(state, room);
}

export function missRoom(state, roomId) {
  return state.missingRooms.includes(roomId) ? state : { ...state, missingRooms: [...state.missingRooms, roomId] };
}

export function withMessage(state, roomId, message, unread_count) {
  const room = state.rooms[roomId];
  if (message.seq <= room.last_seq) return state;
  return put(state, {
    ...room,
    last_seq: message.seq,
    last_message: message,
    unread_count: unread_count ?? room.unread_count,
  });
}

export function readBy(state, roomId, readerId, seq, unread_count) {
  const room = state.rooms[roomId];
  const mine = readerId === state.me?.id;
  if (mine)
    return seq <= room.read_seq
      ? state
      : put(state, { ...room, read_seq: seq, unread_count: unread_count ?? room.unread_count });
  return seq <= room.peer_read_seq ? state : put(state, { ...room, peer_read_seq: seq });
}

export function setBlocked(state, userId, blocked, cursor) {
  const blockedAt = cursor === undefined ? state.blockedAt : { ...state.blockedAt, [userId]: cursor };
  const rooms = Object.values(state.rooms).filter((room) => room.peer.id === userId && room.blocked_by_me !== blocked);
  return rooms.reduce((next, room) => put(next, { ...room, blocked_by_me: blocked }), { ...state, blockedAt });
}

const put = (state, room) => ({ ...state, rooms: { ...state.rooms, [room.id]: room } });

const covers = (a, b) => a.last_seq >= b.last_seq && a.read_seq >= b.read_seq && a.peer_read_seq >= b.peer_read_seq;
