// app/log.js — Fills holes: asks /chat/sync for events and /chat/rooms/{id} for rooms that only the
// log has named.

const settle_ms = 150; // a frame that is merely late closes the hole by itself
const again_ms = 2_000;

export class Log {
  constructor(app) {
    this.app = app;
    this.asking = null;
    this.fetching = new Set();
    this.timer = 0;
  }

  stop() {
    clearTimeout(this.timer);
  }

  sync(delay = settle_ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), delay);
  }

  async run() {
    if (!this.app.state.gap) return;
    await this.ask().catch(() => {});
    if (this.app.state.gap) this.sync(again_ms);
  }

  // All that has happened since our position. One question at a time; rejects with Problem when
  // there was no answer.
  ask() {
    this.asking ??= this.pages().finally(() => (this.asking = null));
    return this.asking;
  }

  async pages() {
    const { app } = this;
    try {
      for (let more = true; more;) {
        const { cursor, epoch } = app.state;
        const page = await app.rest.sync(cursor, epoch);
        app.dispatch({ type: 'synced', ...page, now: Date.now() });
        more = page.more && app.state.cursor > cursor;
      }
    } catch (error) {
      if (error.code !== 'resync_required') throw error;
      await app.rooms.load();
    }
  }

  fetchMissing() {
    for (const roomId of this.app.state.missingRooms) this.fetch(roomId);
  }

  async fetch(roomId) {
    const { app } = this;
    if (this.fetching.has(roomId)) return;
    this.fetching.add(roomId);
    const asOf = app.state.cursor;
    try {
      app.dispatch({ type: 'room', room: await app.rest.room(roomId), asOf });
    } catch (error) {
      if (error.code === 'not_found') app.dispatch({ type: 'room_missing', roomId });
      else setTimeout(() => this.fetchMissing(), again_ms);
    } finally {
      this.fetching.delete(roomId);
    }
  }
}
