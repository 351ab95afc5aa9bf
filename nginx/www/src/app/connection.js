// app/connection.js — What comes in live: the socket, the poller in its place, and what is said of
// both.

import { ChatSocket } from '../net/socket.js';
import { Poller } from './poller.js';
import { socketUrl } from './place.js';

const made_room_ms = 1_500; // for the server to notice that a window is gone
// Close codes after which nobody is signed in any more, and what the person is told.
const signed_out = { 4401: 'session_ended', 4501: 'unauthenticated', 4503: 'account_disabled' };

export class Connection {
  constructor(app) {
    this.app = app;
    this.socket = undefined;
    this.link = app.state.link;
    this.poller = new Poller(app);
    this.timer = 0;
  }

  get online() {
    return this.socket?.online ?? false;
  }

  begin() {
    const { app } = this;
    this.socket?.stop();
    this.socket = new ChatSocket({
      url: socketUrl(app.base),
      handlers: {
        token: (want) => app.tokens.get(want),
        position: () => (app.state.cursor === null ? null : { cursor: app.state.cursor, epoch: app.state.epoch }),
        frame: (frame) => this.heard(frame),
        resync: () => app.rooms.load(),
        link: (link) => this.linked(link),
      },
    });
    this.socket.start();
  }

  stop() {
    this.socket?.stop();
    this.socket = undefined;
    this.poller.stop();
    clearTimeout(this.timer);
  }

  heard(frame) {
    const { app } = this;
    const now = Date.now();
    if (frame.type === 'welcome') return;
    if (frame.type === 'ping') return app.dispatch({ type: 'head_seen', cursor: frame.cursor });
    if (frame.type === 'typing') return app.typing.heard(frame.payload, now);
    if (Number.isInteger(frame.cursor)) app.dispatch({ type: 'event', event: frame, now });
  }

  linked(link) {
    const { outgoing, readMarks, session, tokens } = this.app;
    this.link = link;
    this.tell();
    if (link.status === 'online') {
      readMarks.begin();
      outgoing.online();
      session.noteStorage();
    }
    this.poller.look();
    if (link.status !== 'stopped' || !signed_out[link.code]) return;
    session.signedOut(signed_out[link.code]);
    tokens.forget?.();
  }

  // limited: without a live connection, but asking does bring what is new.
  tell() {
    this.app.dispatch({ type: 'link', link: { ...this.link, limited: this.poller.works } });
  }

  wake() {
    this.socket?.wake();
    this.poller.look();
  }

  pause() {
    this.poller.stop();
    this.socket?.pause();
  }

  suspect = () => this.socket?.suspect();
  tryNow = () => this.socket?.tryNow();

  // A window of this user was closed: its place at the server may be ours.
  roomMade() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.socket?.roomMade(), made_room_ms * (1 + Math.random()));
  }
}
