// state/timeline.js — The part of a room's history that is here: one run of messages without holes.
//
// A timeline is { messages, loading, error }. Pages that touch or overlap the run extend it, others
// replace it. A live message is appended only when it is the next one; otherwise the run ends below
// the room's last_seq, and the view asks for what is newer.

import { shown } from './outbox.js';

const left_max = 200;
const empty = Object.freeze({ messages: Object.freeze([]), loaded: false, loading: '', error: '' });

export const timelineOf = (state, roomId) => state.timelines[roomId] ?? empty;
export const firstSeq = (timeline) => timeline.messages[0]?.seq ?? 0;
export const lastSeq = (timeline) => timeline.messages.at(-1)?.seq ?? 0;

export const hasOlder = (timeline) => firstSeq(timeline) > 1;
export const hasNewer = (timeline, room) => timeline.loaded && lastSeq(timeline) < (room?.last_seq ?? 0);

export function setTimeline(state, roomId, change) {
  return { ...state, timelines: { ...state.timelines, [roomId]: { ...timelineOf(state, roomId), ...change } } };
}

export function dropTimeline(state, roomId) {
  const { [roomId]: _, ...timelines } = state.timelines;
  return { ...state, timelines };
}

// A room that is left keeps its newest messages only.
export function trimTimeline(state, roomId) {
  const { messages } = timelineOf(state, roomId);
  return messages.length > left_max ? setTimeline(state, roomId, { messages: messages.slice(-left_max) }) : state;
}

export function putPage(state, roomId, page) {
  const merged = merge(timelineOf(state, roomId).messages, page);
  const next = shown(
    state,
    page.map((message) => message.client_msg_id),
  );
  return setTimeline(next, roomId, { messages: merged, loaded: true, loading: '', error: '' });
}

export function appendMessage(state, roomId, message) {
  const timeline = timelineOf(state, roomId);
  if (!timeline.loaded || message.seq !== lastSeq(timeline) + 1) return state;
  return setTimeline(state, roomId, { messages: [...timeline.messages, message] });
}

function merge(run, page) {
  if (page.length === 0 || run.length === 0) return run.length === 0 ? page : run;
  const first = run[0].seq;
  const last = run.at(-1).seq;
  if (page.at(-1).seq < first - 1 || page[0].seq > last + 1) return page;
  const older = page.filter((message) => message.seq < first);
  const newer = page.filter((message) => message.seq > last);
  return older.length || newer.length ? [...older, ...run, ...newer] : run;
}
