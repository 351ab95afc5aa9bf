// app/rooms.js — The conversations: loads their list, opens one, finds or makes the one with
// somebody.

export class Rooms {
  constructor(app) {
    this.app = app;
    this.asking = false;
  }

  // The head of the log first: what rooms and pages show beyond it, the log then tells again
  // without effect. `between`: what can begin as soon as the head is known; without it, what is
  // shown now stays until there is something to show instead.
  async load(between) {
    const { app } = this;
    const { cursor, epoch } = await app.rest.head();
    const restart = () => app.dispatch({ type: 'restarted', cursor, epoch });
    if (between) {
      restart();
      between();
    }
    const [page, unread] = await Promise.all([app.rest.rooms(), app.rest.unread()]);
    if (!between) restart();
    app.dispatch({ type: 'rooms_page', rooms: page.items, next: page.next, asOf: cursor });
    app.dispatch({ type: 'ready', totalUnread: unread.total_unread });
    app.session.noteStorage();
    if (app.state.open) await this.reopen(app.state.open.roomId);
  }

  async reopen(roomId) {
    const { app } = this;
    if (!app.state.rooms[roomId]) {
      app.dispatch({ type: 'room', room: await app.rest.room(roomId), asOf: app.state.cursor });
    }
    await app.history.openLatest(roomId);
  }

  // Opens a room by id; throws Problem when there is none for us.
  async open(roomId) {
    const { app } = this;
    if (!app.state.rooms[roomId]) {
      const asOf = app.state.cursor;
      app.dispatch({ type: 'room', room: await app.rest.room(roomId), asOf });
    }
    app.dispatch({ type: 'opened', roomId });
    await app.history.open(roomId);
  }

  close = () => this.app.dispatch({ type: 'closed' });

  // The room with somebody, made if need be. Answers its id.
  async withUser(userId) {
    const { app } = this;
    const asOf = app.state.cursor;
    const room = await app.rest.openRoom(userId);
    app.dispatch({ type: 'room', room, asOf });
    return room.id;
  }

  // `peer` as a host page names it: a user id, or a username.
  async withPeer(peer) {
    if (/^\d+$/.test(peer)) return this.withUser(Number(peer));
    const user = await this.app.rest.userNamed(peer.replace(/^@/, ''));
    if (!user) throw Object.assign(new Error('no such user'), { code: 'not_found' });
    return this.withUser(user.id);
  }

  // The next page of the list.
  async more() {
    const { app } = this;
    const next = app.state.roomsNext;
    if (!next || this.asking) return;
    this.asking = true;
    try {
      const asOf = app.state.cursor;
      const page = await app.rest.rooms(next);
      if (app.state.roomsNext === next) {
        app.dispatch({ type: 'rooms_page', rooms: page.items, next: page.next, asOf });
      }
    } finally {
      this.asking = false;
    }
  }

  async setBlocked(userId, blocked) {
    const { dispatch, rest } = this.app;
    await (blocked ? rest.block(userId) : rest.unblock(userId));
    dispatch({ type: 'blocked', userId, blocked });
  }
}
