// state/select.js — What the view asks of the state. Pure; lists are remembered as long as their
// source is the same object.

// Rooms by latest activity, newest first.
export const roomsByActivity = remembered((rooms) => Object.values(rooms).sort(byActivity));

const activity = (room) => room.last_message?.created_at ?? room.created_at;
// Times of the server are of one form (RFC 3339 in UTC), but not all of one length.
const byActivity = (a, b) => compareTimes(activity(b), activity(a)) || b.id - a.id;

export function compareTimes(a, b) {
  const [x, y] = [padded(a), padded(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function padded(time) {
  const [whole, fraction = ''] = time.replace('Z', '').split('.');
  return `${whole}.${fraction.padEnd(6, '0')}`;
}

export function pendingOf(state, roomId) {
  return state.outbox.filter((item) => item.roomId === roomId);
}

// The tick of one of our own messages.
export const tickOf = (room, message) => (message.seq <= room.peer_read_seq ? 'read' : 'sent');

export const isTyping = (state, roomId, now) => (state.typing[roomId] ?? 0) > now;

function remembered(compute) {
  let source, result;
  return (from) => {
    if (from !== source) [source, result] = [from, compute(from)];
    return result;
  };
}
