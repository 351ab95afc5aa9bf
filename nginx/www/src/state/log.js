// state/log.js — The client's side of the event log: an event counts iff its cursor is the next
// one.
//
// A smaller cursor is a repeat and is ignored. A larger one means a hole: it is held, `gap` is
// raised and whoever drives the reducer asks /chat/sync. An event that a snapshot already contains
// changes nothing (rooms.js, timeline.js).

import { appendMessage } from './timeline.js';
import { putNewRoom, readBy, withMessage, setBlocked, missRoom } from './rooms.js';
import { shown } from './outbox.js';

const early_max = 500; // held events above a hole; what is beyond comes by /chat/sync anyway
const arrivals_max = 20;

export function receive(state, event, now) {
  if (state.cursor === null || event.cursor <= state.cursor) return state;
  if (event.cursor > state.cursor + 1) return hold(state, event);
  let next = step(state, event, now);
  for (let held; (held = next.early[next.cursor + 1]);) {
    next = step({ ...next, early: without(next.early, held.cursor) }, held, now);
  }
  return settle(next);
}

// `cursor`: the position after the last of `events`, as /chat/sync says it.
export function synced(state, events, cursor, epoch, now) {
  if (epoch !== state.epoch) return state;
  const next = events.reduce((so_far, event) => receive(so_far, event, now), state);
  return settle({ ...next, head: Math.max(next.head, cursor) });
}

export function headSeen(state, cursor) {
  if (state.cursor === null || cursor <= state.head) return state;
  return settle({ ...state, head: cursor });
}

function settle(state) {
  const gap = state.head > state.cursor;
  const stale = Object.keys(state.early).some((cursor) => cursor <= state.cursor);
  const early = stale
    ? Object.fromEntries(Object.entries(state.early).filter(([cursor]) => cursor > state.cursor))
    : state.early;
  return gap === state.gap && early === state.early ? state : { ...state, gap, early };
}

function hold(state, event) {
  const head = Math.max(state.head, event.cursor);
  if (Object.keys(state.early).length >= early_max) return { ...state, head, gap: true };
  return { ...state, head, gap: true, early: { ...state.early, [event.cursor]: event } };
}

function step(state, event, now) {
  const next = (appliers[event.type] ?? ignore)(state, event.payload, event.cursor, now);
  return { ...next, cursor: event.cursor, head: Math.max(next.head, event.cursor) };
}

const ignore = (state) => state; // types of a later server

const appliers = {
  chat_message(state, { room_id: roomId, message, unread_count, total_unread }) {
    let next = shown(state, [message.client_msg_id]);
    if (total_unread !== undefined) next = { ...next, totalUnread: total_unread };
    const mine = message.sender_id === state.me?.id;
    if (!mine) {
      if (next.typing[roomId]) next = { ...next, typing: without(next.typing, roomId) };
      next = arrived(next, roomId, message);
    }
    if (next.refused[roomId]) next = { ...next, refused: without(next.refused, roomId) };
    const known = next.rooms[roomId];
    if (!known) return missRoom(next, roomId);
    if (!mine) next = moveDivider(next, known, message);
    return appendMessage(withMessage(next, roomId, message, unread_count), roomId, message);
  },
  message_read(state, { room_id: roomId, reader_id, seq, unread_count, total_unread }) {
    const next = total_unread === undefined ? state : { ...state, totalUnread: total_unread };
    return next.rooms[roomId] ? readBy(next, roomId, reader_id, seq, unread_count) : missRoom(next, roomId);
  },
  room_created: (state, { room }) => putNewRoom(state, room),
  block_updated: (state, { user_id, blocked }, cursor) => setBlocked(state, user_id, blocked, cursor),
};

// A message that comes while nobody looks gets the divider above it, unless unread ones are marked
// already.
function moveDivider(state, room, message) {
  if (state.open?.roomId !== room.id || state.focused || message.seq <= room.last_seq) return state;
  const divider = state.open.divider;
  if (divider !== null && room.unread_count > 0) return state;
  return { ...state, open: { ...state.open, divider: message.seq - 1 } };
}

function arrived(state, roomId, message) {
  const n = state.arrivalCount + 1;
  return { ...state, arrivalCount: n, arrivals: [...state.arrivals.slice(1 - arrivals_max), { n, roomId, message }] };
}

function without(object, key) {
  const { [key]: _, ...others } = object;
  return others;
}
