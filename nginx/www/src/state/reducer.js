// state/reducer.js — The whole client as one pure function: (state, action) → state. No clock, no
// network, no DOM.
//
// Truth comes in two ways: pages by REST (snapshots) and the user's event log (log.js). Both may
// overlap and arrive in any order; every rule below gives the same result whichever came first.

import { receive, headSeen, synced } from './log.js';
import { putRooms, putRoom, setBlocked } from './rooms.js';
import { putPage, dropTimeline, setTimeline, trimTimeline } from './timeline.js';
import * as outbox from './outbox.js';

export function initialState() {
  return {
    phase: 'starting', // starting, signed_out, loading, ready, failed
    reason: '', // why signed out or failed: a code of the contract
    me: null,
    link: { status: 'idle', retryAt: 0, code: 0 }, // of the socket, see net/socket.js; limited: none, but the log is asked now and then
    note: '', // what this browser does not do: unkept (nothing is there after a reload), alone (windows cannot share a session)
    epoch: '',
    cursor: null, // position in the event log; null until the head is known
    head: 0, // highest cursor heard of
    early: {}, // events above a hole, by cursor
    gap: false, // the log must be asked
    rooms: {}, // by id
    roomsNext: null, // where the next page of rooms is; null: all are here
    missingRooms: [], // ids that the log named and that no page has brought yet
    totalUnread: 0,
    blockedAt: {}, // cursor of the last block_updated, by user id
    timelines: {}, // by room id, see timeline.js
    outbox: [], // see outbox.js
    delivered: [], // client_msg_ids of ours that were shown as messages, the last ones
    typing: {}, // room id → time in ms at which the peer stops typing
    refused: {}, // room id → true: the last send was refused with cannot_message
    open: null, // { roomId, divider }: divider is the seq above which messages were unread, or null
    focused: true,
    drafts: {}, // by room id
    arrivals: [], // the last messages of others, newest last: { n, roomId, message }
    arrivalCount: 0,
  };
}

const actions = {
  signed_out: (state, { reason }) => ({
    ...initialState(),
    phase: 'signed_out',
    reason: reason ?? '',
    focused: state.focused,
  }),
  signed_in: (state, { me }) => ({ ...state, phase: 'loading', reason: '', me }),
  me_changed: (state, { me }) => ({ ...state, me }),
  failed: (state, { reason }) => ({ ...state, phase: 'failed', reason }),

  // Everything known of rooms and messages is set aside: the log starts anew at `cursor`. What is
  // unsent stays.
  restarted: (state, { cursor, epoch }) => ({
    ...state,
    cursor,
    epoch,
    head: cursor,
    early: {},
    gap: false,
    rooms: {},
    roomsNext: null,
    missingRooms: [],
    timelines: {},
    blockedAt: {},
    typing: {},
    phase: state.phase === 'ready' ? 'ready' : 'loading',
  }),
  ready: (state, { totalUnread }) => ({ ...state, phase: 'ready', reason: '', totalUnread }),

  link: (state, { link }) => ({ ...state, link }),
  note: (state, { note }) => ({ ...state, note }),
  focus: (state, { focused }) => (focused === state.focused ? state : { ...state, focused }),

  event: (state, { event, now }) => receive(state, event, now),
  synced: (state, { events, cursor, epoch, now }) => synced(state, events, cursor, epoch, now),
  head_seen: (state, { cursor }) => headSeen(state, cursor),

  rooms_page: (state, { rooms, next, asOf }) => ({ ...putRooms(state, rooms, asOf), roomsNext: next }),
  room: (state, { room, asOf }) => putRoom(state, room, asOf),
  room_missing: (state, { roomId }) => ({ ...state, missingRooms: state.missingRooms.filter((id) => id !== roomId) }),
  blocked: (state, { userId, blocked }) => setBlocked(state, userId, blocked),

  opened: (state, { roomId }) => open(state, roomId),
  closed: (state) => ({ ...left(state), open: null }),
  divider_cleared: (state) =>
    (state.open?.divider ?? null) === null ? state : { ...state, open: { ...state.open, divider: null } },

  messages_asked: (state, { roomId, what }) => setTimeline(state, roomId, { loading: what, error: '' }),
  messages_failed: (state, { roomId, error }) => setTimeline(state, roomId, { loading: '', error }),
  messages_page: (state, { roomId, messages }) => putPage(state, roomId, messages),
  messages_dropped: (state, { roomId }) => dropTimeline(state, roomId),

  typing: (state, { roomId, until }) => ({ ...state, typing: { ...state.typing, [roomId]: until } }),
  typing_ended: (state, { now }) => ({
    ...state,
    typing: Object.fromEntries(Object.entries(state.typing).filter(([, until]) => until > now)),
  }),
  draft: (state, { roomId, text }) => {
    const { [roomId]: _, ...others } = state.drafts;
    return { ...state, drafts: text ? { ...others, [roomId]: text } : others };
  },
  drafts: (state, { drafts }) => ({ ...state, drafts }),

  outbox_loaded: (state, { items }) => outbox.loaded(state, items),
  outbox_added: (state, { item }) => outbox.added(state, item),
  outbox_saved: (state, { id }) => outbox.changed(state, id, { saved: true }),
  outbox_sending: (state, { id }) => outbox.changed(state, id, { status: 'sending', code: '' }),
  outbox_waiting: (state, { id }) => outbox.changed(state, id, { status: 'waiting', code: '' }),
  outbox_failed: (state, { id, code }) => outbox.failed(state, id, code),
  outbox_stored: (state, { id, message }) => outbox.stored(state, id, message),
  outbox_discarded: (state, { id }) => outbox.discarded(state, id),
};

// Unknown actions are a bug of the caller.
export function reduce(state, action) {
  const rule = actions[action.type];
  if (!rule) throw new Error(`unknown action ${action.type}`);
  return rule(state, action);
}

function open(state, roomId) {
  if (state.open?.roomId === roomId) return state;
  const room = state.rooms[roomId];
  return { ...left(state), open: { roomId, divider: room && room.unread_count > 0 ? room.read_seq : null } };
}

const left = (state) => (state.open ? trimTimeline(state, state.open.roomId) : state);
