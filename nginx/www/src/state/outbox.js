// state/outbox.js — Bubbles of messages that the log has not shown yet, matched to it by
// client_msg_id.
//
// An item is { id, roomId, content, createdAt, status, code, seq }. `id` is the client_msg_id.
// status: waiting, sending, failed (code says why), sent (stored as `seq`; the bubble stays until
// the log brings the message). `saved`: it is in the browser's store.

const delivered_max = 500; // ids remembered of what the log or a page has shown

export function added(state, item) {
  if (state.outbox.some((known) => known.id === item.id)) return state;
  return { ...state, outbox: [...state.outbox, { status: 'waiting', code: '', saved: false, ...item }] };
}

// What the store holds now, perhaps changed by another tab. An item that is gone there was sent or
// discarded.
export function loaded(state, items) {
  const known = new Map(state.outbox.map((item) => [item.id, item]));
  const listed = new Set(items.map((item) => item.id));
  const kept = state.outbox.filter((item) => item.status === 'sent');
  const unsaved = state.outbox.filter((item) => !item.saved && item.status !== 'sent' && !listed.has(item.id));
  const fresh = items
    .filter((item) => known.get(item.id)?.status !== 'sent' && !state.delivered.includes(item.id))
    .map((item) => refresh(item, known.get(item.id)));
  return { ...state, outbox: [...kept, ...fresh, ...unsaved] };
}

function refresh(item, known) {
  const status = item.code ? 'failed' : known && known.status !== 'failed' ? known.status : 'waiting';
  return { ...item, status, code: item.code ?? '', saved: true };
}

export function changed(state, id, change) {
  return { ...state, outbox: state.outbox.map((item) => (item.id === id ? { ...item, ...change } : item)) };
}

export function failed(state, id, code) {
  const item = state.outbox.find((one) => one.id === id);
  const next = changed(state, id, { status: 'failed', code });
  return item && code === 'cannot_message' ? { ...next, refused: { ...next.refused, [item.roomId]: true } } : next;
}

// Thrown away by the person. That the peer cannot be messaged is told as long as a message stands
// that shows it.
export function discarded(state, id) {
  const item = state.outbox.find((one) => one.id === id);
  const next = removed(state, id);
  if (
    !item ||
    !next.refused[item.roomId] ||
    next.outbox.some(({ roomId, code }) => roomId === item.roomId && code === 'cannot_message')
  )
    return next;
  const { [item.roomId]: _, ...refused } = next.refused;
  return { ...next, refused };
}

// The server has it. The log or a page takes the bubble away, if it has not done so already.
export function stored(state, id, message) {
  if (state.delivered.includes(id)) return removed(state, id);
  return changed(state, id, { status: 'sent', code: '', seq: message.seq });
}

export function removed(state, id) {
  return { ...state, outbox: state.outbox.filter((item) => item.id !== id) };
}

// These messages of ours are shown as what they are: no bubble may stand for them, now or when a
// tab reads the store late.
export function shown(state, ids) {
  const fresh = ids.filter((id) => id !== undefined && !state.delivered.includes(id));
  if (fresh.length === 0) return state;
  const outbox = state.outbox.some((item) => fresh.includes(item.id))
    ? state.outbox.filter((item) => !fresh.includes(item.id))
    : state.outbox;
  return { ...state, outbox, delivered: [...state.delivered, ...fresh].slice(-delivered_max) };
}
