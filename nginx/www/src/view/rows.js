// view/rows.js — Which messages are drawn, and how they stand to their neighbours. Pure.

import { dayNumber } from '../i18n/index.js';
import { tickOf } from '../state/select.js';

const group_ms = 5 * 60_000; // messages of one sender that follow within that time belong together
export const tail = 80; // rows drawn when the reader is at the end
export const margin = 50; // rows drawn beyond what is seen
export const slack = 15; // fewer than that beyond what is seen: draw anew

// Rows for messages[from, to) and, when the end is drawn, the unsent ones behind them.
export function rowsOf({ messages, pending, from, to, me, room, divider }) {
  const slice = messages.slice(Math.max(0, from - 1), to + 1);
  const drawn = slice.map((message) => fromMessage(message, me, room));
  if (to >= messages.length) drawn.push(...pending.map(fromPending));
  joinNeighbours(drawn, firstUnread(messages, divider, me));
  const before = from > 0 ? 1 : 0;
  const after = to < messages.length ? 1 : 0;
  return drawn.slice(before, drawn.length - after);
}

function fromMessage(message, me, room) {
  const mine = message.sender_id === me.id;
  return {
    key: message.client_msg_id ?? `s${message.seq}`,
    seq: message.seq,
    mine,
    content: message.content,
    at: message.created_at,
    status: mine ? tickOf(room, message) : '',
    code: '',
    id: '',
  };
}

const fromPending = (item) => ({
  key: item.id,
  seq: 0,
  mine: true,
  content: item.content,
  at: item.createdAt,
  status: item.status,
  code: item.code,
  id: item.id,
});

// The seq of the first message of the peer above the divider, if it is here.
function firstUnread(messages, divider, me) {
  if (divider === null || messages.length === 0) return 0;
  let i = divider + 1 - messages[0].seq;
  while (messages[i]?.sender_id === me.id) i++;
  return messages[i]?.seq ?? 0;
}

function joinNeighbours(rows, unread) {
  rows.forEach((row, i) => {
    const above = rows[i - 1];
    const at = new Date(row.at);
    row.newDay = !above || dayNumber(new Date(above.at)) !== dayNumber(at);
    row.divider = unread > 0 && row.seq === unread;
    row.first = row.newDay || row.divider || above.mine !== row.mine || at - new Date(above.at) > group_ms;
    row.last = true;
    if (!row.first) above.last = false;
  });
}

// The range of rows to draw around what is seen: [from, to) of n. Unchanged while the seen rows are
// far from its ends.
export function rangeAround({ from, to }, seen, n) {
  const near_top = seen.from - from < slack && from > 0;
  const near_end = to - seen.to < slack && to < n;
  if (!near_top && !near_end) return { from, to };
  return { from: Math.max(0, seen.from - margin), to: Math.min(n, seen.to + margin) };
}
