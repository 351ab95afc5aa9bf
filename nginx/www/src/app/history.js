// app/history.js — Loads pages of messages around where the reader is.

import { firstSeq, hasNewer, hasOlder, lastSeq, timelineOf } from '../state/timeline.js';

const page = 60;

export class History {
  constructor(app) {
    this.app = app;
  }

  timeline = (roomId) => timelineOf(this.app.state, roomId);

  // Where somebody who opens the room wants to be: at the first unread message, or at the end.
  async open(roomId) {
    const room = this.app.state.rooms[roomId];
    const timeline = this.timeline(roomId);
    if (timeline.loading) return;
    const unread = room.last_seq - room.read_seq;
    if (timeline.loaded) {
      const wanted = room.unread_count > 0 ? room.read_seq : room.last_seq - page;
      if (lastSeq(timeline) >= wanted) return this.newer(roomId);
      this.app.dispatch({ type: 'messages_dropped', roomId });
    }
    const around = room.unread_count > 0 && unread > page / 2;
    await this.ask(roomId, 'first', around ? { around_seq: room.read_seq + 1 } : {});
  }

  // The end of the room, whatever is here now.
  async openLatest(roomId) {
    const room = this.app.state.rooms[roomId];
    const timeline = this.timeline(roomId);
    if (!room || (timeline.loaded && !hasNewer(timeline, room))) return;
    this.app.dispatch({ type: 'messages_dropped', roomId });
    await this.ask(roomId, 'first', {});
  }

  async older(roomId) {
    const timeline = this.timeline(roomId);
    if (!timeline.loaded || timeline.loading || !hasOlder(timeline)) return;
    await this.ask(roomId, 'older', { before_seq: firstSeq(timeline) });
  }

  async newer(roomId) {
    const timeline = this.timeline(roomId);
    if (!timeline.loaded || timeline.loading || !hasNewer(timeline, this.app.state.rooms[roomId])) return;
    await this.ask(roomId, 'newer', { after_seq: lastSeq(timeline) });
  }

  async ask(roomId, what, position) {
    const { app } = this;
    app.dispatch({ type: 'messages_asked', roomId, what });
    try {
      const messages = await app.rest.messages(roomId, position, page);
      app.dispatch({ type: 'messages_page', roomId, messages });
    } catch (error) {
      app.dispatch({ type: 'messages_failed', roomId, error: error.code ?? 'internal' });
    }
  }
}
