// app/app.js — The client without its view: wires state, REST, socket, outbox and log together.
//
// The view reads `store.state` and calls the methods below; nothing else changes the state.

import { Rest } from '../net/rest.js';
import { ChatSocket } from '../net/socket.js';
import { Sender } from '../net/sender.js';
import { Outbox } from '../net/outbox.js';
import { openChannel } from '../net/channel.js';
import { backoff } from '../net/backoff.js';
import { Store } from './store.js';
import { Log } from './log.js';
import { Poller } from './poller.js';
import { watchPage } from './page.js';
import { History } from './history.js';
import { Drafts } from './drafts.js';
import { newId } from '../net/ids.js';
import { socketUrl } from './place.js';
import { Traces } from './traces.js';
import { wellFormed } from '../state/wellformed.js';

const typing_every_ms = 2_500;
const made_room_ms = 1_500; // for the server to notice that a window is gone

export class App {
  // `base`: see place.js. `tokens`: OwnTokens or HostTokens.
  constructor({ base = '', tokens }) {
    this.base = base;
    this.tokens = tokens;
    this.store = new Store();
    this.rest = new Rest({ base, tokens });
    this.history = new History(this);
    this.log = new Log(this);
    this.typingSent = { roomId: 0, at: 0 };
    this.readAsked = {}; // room id → highest seq that a read was asked for on this connection
    this.attempt = 0;
    this.timers = {};
    this.box = new Outbox();
    this.poller = new Poller(this);
    this.link = this.store.state.link;
    this.traces = new Traces({ source: `${base}:${tokens.url ?? ''}`, box: this.box });
    this.ends = [this.store.subscribe((state, before) => this.after(state, before))];
  }

  get state() {
    return this.store.state;
  }

  dispatch = (action) => this.store.dispatch(action);

  // --- coming and going ------------------------------------------------------------------------------------------------

  async start() {
    this.listen();
    if (this.tokens.onOtherTab) this.ends.push(this.tokens.onOtherTab(() => this.restart()));
    await this.enter();
  }

  stop() {
    this.leave();
    for (const end of this.ends) end();
  }

  login = (username, password) => this.tokens.login(username, password).then(() => this.enter());
  register = (username, password, name) => this.tokens.register(username, password, name).then(() => this.enter());

  // What this person has written and not sent goes with them: whoever calls has asked, if there is any (see unsent).
  async logout() {
    this.channel?.postMessage('left');
    this.leave(); // before the server ends the socket, which would look like a session that was taken away
    await Promise.allSettled([this.forgetTexts(), this.rest.logout()]); // without an answer the session simply runs out
    this.tokens.forget?.();
    this.signedOut('');
  }

  forgetTexts() {
    this.drafts = undefined;
    return this.traces.clear(this.owner);
  }

  // How many texts of this person are on this device only.
  get unsent() {
    const drafts = { ...this.drafts?.all(), ...this.state.drafts };
    return Object.keys(drafts).length + this.state.outbox.filter((item) => item.status !== 'sent').length;
  }

  signedOut(reason) {
    if (this.tokens.session === null) this.drafts = undefined; // ended in another tab, where texts may have been thrown away: none is brought back
    this.leave();
    this.dispatch({ type: 'signed_out', reason });
  }

  // Another tab signed in or out.
  restart() {
    this.leave();
    this.drafts = undefined;
    this.dispatch({ type: 'signed_out', reason: '' });
    this.enter();
  }

  leave() {
    this.socket?.stop();
    this.sender?.stop();
    this.channel?.close();
    this.socket = this.sender = this.channel = undefined;
    this.poller.stop();
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
    this.log.stop();
  }

  // From nothing to a running client. Tries again by itself as long as only the network is in the way.
  enter = async () => {
    clearTimeout(this.timers.enter);
    if (this.tokens.session === null) return this.signedOut('');
    const turn = (this.turn = {});
    try {
      const me = this.tokens.session?.user ?? (await this.rest.me());
      if (turn !== this.turn) return;
      this.dispatch({ type: 'signed_in', me });
      await this.load(() => this.begin(me));
      this.attempt = 0;
    } catch (error) {
      if (turn !== this.turn) return;
      if (this.isShutOut(error)) return;
      this.dispatch({ type: 'failed', reason: error.code ?? 'internal' });
      this.later('enter', backoff(this.attempt++, { base_ms: 2000 }) + 1000, this.enter);
    }
  };

  // Whether the server or the host does not know us any more; then we are out.
  isShutOut({ code }) {
    if (!['signed_out', 'account_disabled', 'unauthenticated'].includes(code)) return false;
    this.signedOut(code === 'signed_out' ? 'session_ended' : code);
    return true;
  }

  // The head of the log first: what rooms and pages show beyond it, the log then tells again without effect. `between`: what can
  // begin as soon as the head is known; without it, what is shown now stays until there is something to show instead.
  async load(between) {
    const { cursor, epoch } = await this.rest.head();
    const restart = () => this.dispatch({ type: 'restarted', cursor, epoch });
    if (between) {
      restart();
      between();
    }
    const [page, unread] = await Promise.all([this.rest.rooms(), this.rest.unread()]);
    if (!between) restart();
    this.dispatch({ type: 'rooms_page', rooms: page.items, next: page.next, asOf: cursor });
    this.dispatch({ type: 'ready', totalUnread: unread.total_unread });
    this.noteStorage();
    if (this.state.open) await this.reopen(this.state.open.roomId);
  }

  async reopen(roomId) {
    if (!this.state.rooms[roomId])
      this.dispatch({ type: 'room', room: await this.rest.room(roomId), asOf: this.state.cursor });
    await this.history.openLatest(roomId);
  }

  begin(me) {
    this.owner = `${this.base}:${me.id}`;
    this.traces.entered(this.owner).catch(() => {});
    this.drafts = new Drafts(this.owner);
    this.dispatch({ type: 'drafts', drafts: this.drafts.all() });
    this.beginSocket();
    this.beginOutbox(this.owner).catch(() => {});
    if (this.tokens.session)
      this.rest.me().then(
        (fresh) => this.dispatch({ type: 'me_changed', me: fresh }),
        () => {},
      );
  }

  beginSocket() {
    this.socket?.stop();
    this.socket = new ChatSocket({
      url: socketUrl(this.base),
      handlers: {
        token: (want) => this.tokens.get(want),
        position: () => (this.state.cursor === null ? null : { cursor: this.state.cursor, epoch: this.state.epoch }),
        frame: (frame) => this.heard(frame),
        resync: () => this.load(),
        link: (link) => this.linked(link),
      },
    });
    this.socket.start();
  }

  async beginOutbox(owner) {
    this.sender?.stop();
    this.channel?.close();
    this.channel = openChannel(`billet:${owner}`);
    if (this.channel) this.channel.onmessage = ({ data }) => this.toldByTab(data);
    const sender = (this.sender = new Sender({
      box: this.box,
      owner,
      deliver: (item) => this.deliver(item),
      on: {
        sending: (id) => this.dispatch({ type: 'outbox_sending', id }),
        waiting: (id) => this.dispatch({ type: 'outbox_waiting', id }),
        stored: (id, message) => this.dispatch({ type: 'outbox_stored', id, message }),
        failed: (id, code) => (this.dispatch({ type: 'outbox_failed', id, code }), this.tellTabs()),
      },
    }));
    await this.reloadOutbox();
    sender.kick();
  }

  // --- hearing ---------------------------------------------------------------------------------------------------------

  heard(frame) {
    const now = Date.now();
    if (frame.type === 'welcome') return;
    if (frame.type === 'ping') return this.dispatch({ type: 'head_seen', cursor: frame.cursor });
    if (frame.type === 'typing') {
      const { room_id, user_id, expires_in } = frame.payload;
      if (user_id !== this.state.me?.id)
        this.dispatch({ type: 'typing', roomId: room_id, until: now + expires_in * 1000 });
      return;
    }
    if (Number.isInteger(frame.cursor)) this.dispatch({ type: 'event', event: frame, now });
  }

  linked(link) {
    this.link = link;
    this.tellLink();
    if (link.status === 'online') {
      this.readAsked = {};
      if (this.sender) this.sender.attempt = 0;
      this.sender?.kick();
      this.noteStorage();
    }
    this.poller.look();
    if (link.status === 'stopped' && [4401, 4501, 4503].includes(link.code)) {
      this.signedOut({ 4401: 'session_ended', 4501: 'unauthenticated', 4503: 'account_disabled' }[link.code]);
      this.tokens.forget?.();
    }
  }

  // limited: without a live connection, but asking does bring what is new.
  tellLink() {
    this.dispatch({ type: 'link', link: { ...this.link, limited: this.poller.works } });
  }

  after(state, before) {
    if (state.gap && !before.gap) this.log.sync();
    if (state.missingRooms !== before.missingRooms) this.log.fetchMissing();
    if (state.typing !== before.typing) this.endTyping(state);
    // Messages of ours that the log brought need not be sent again.
    if (state.outbox !== before.outbox) {
      const left = new Set(state.outbox.map((item) => item.id));
      for (const { id } of before.outbox)
        if (!left.has(id) && state.me === before.me) this.box.remove(id).catch(() => {});
    }
  }

  endTyping(state) {
    const until = Math.min(...Object.values(state.typing));
    if (Number.isFinite(until))
      this.later('typing', Math.max(0, until - Date.now()) + 20, () =>
        this.dispatch({ type: 'typing_ended', now: Date.now() }),
      );
  }

  listen() {
    const look = () =>
      this.dispatch({ type: 'focus', focused: document.visibilityState === 'visible' && document.hasFocus() });
    this.ends.push(
      watchPage({ look, wake: () => this.wake(), leave: () => this.pause(), offline: () => this.socket?.suspect() }),
    );
    look();
  }

  // The page is looked at again, or the network is back: whatever waits goes on, whatever seems alive has to show it.
  wake() {
    if (this.state.phase === 'failed') this.enter();
    this.socket?.wake();
    this.sender?.kick();
    this.poller.look();
    if (this.sender) this.reloadOutbox();
    const { open } = this.state;
    if (open && this.state.timelines[open.roomId]?.error) this.history.open(open.roomId);
  }

  pause() {
    this.poller.stop();
    this.socket?.pause();
    this.channel?.postMessage('closed');
  }

  toldByTab(word) {
    if (word === 'left') this.forgetTexts();
    else if (word === 'closed') this.roomMade();
    else this.reloadOutbox();
  }

  // A window of this user was closed: its place at the server may be ours.
  roomMade() {
    this.later('room', made_room_ms * (1 + Math.random()), () => this.socket?.roomMade());
  }

  // --- what the view asks for ------------------------------------------------------------------------------------------

  tryNow() {
    if (this.state.phase === 'failed' || this.state.phase === 'signed_out') this.enter();
    this.socket?.tryNow();
    this.sender?.kick();
  }

  // Opens a room by id; throws Problem when there is none for us.
  async open(roomId) {
    if (!this.state.rooms[roomId]) {
      const asOf = this.state.cursor;
      this.dispatch({ type: 'room', room: await this.rest.room(roomId), asOf });
    }
    this.dispatch({ type: 'opened', roomId });
    await this.history.open(roomId);
  }

  close = () => this.dispatch({ type: 'closed' });

  // The room with somebody, made if need be. Answers its id.
  async roomWith(userId) {
    const asOf = this.state.cursor;
    const room = await this.rest.openRoom(userId);
    this.dispatch({ type: 'room', room, asOf });
    return room.id;
  }

  // `peer` as a host page names it: a user id, or a username.
  async roomWithPeer(peer) {
    if (/^\d+$/.test(peer)) return this.roomWith(Number(peer));
    const user = await this.rest.userNamed(peer.replace(/^@/, ''));
    if (!user) throw Object.assign(new Error('no such user'), { code: 'not_found' });
    return this.roomWith(user.id);
  }

  async moreRooms() {
    const next = this.state.roomsNext;
    if (!next || this.askingRooms) return;
    this.askingRooms = true;
    try {
      const asOf = this.state.cursor;
      const page = await this.rest.rooms(next);
      if (this.state.roomsNext === next)
        this.dispatch({ type: 'rooms_page', rooms: page.items, next: page.next, asOf });
    } finally {
      this.askingRooms = false;
    }
  }

  async send(roomId, text) {
    const item = {
      id: newId(),
      owner: this.owner,
      roomId,
      content: wellFormed(text),
      createdAt: new Date().toISOString(),
      code: null,
    };
    this.draft(roomId, '');
    this.dispatch({ type: 'divider_cleared' });
    this.dispatch({ type: 'outbox_added', item: { ...item, code: '' } });
    this.typingSent = { roomId: 0, at: 0 };
    await this.keep(item);
  }

  // Only what is in the outbox is sent. One that is full is told, and the message can be tried again or discarded.
  async keep(item) {
    try {
      await this.box.add(item);
    } catch {
      return this.dispatch({ type: 'outbox_failed', id: item.id, code: 'not_kept' });
    }
    this.dispatch({ type: 'outbox_saved', id: item.id });
    this.tellTabs();
    this.sender?.kick();
  }

  async retry(id) {
    const { saved, roomId, content, createdAt } = this.state.outbox.find((item) => item.id === id) ?? {};
    this.dispatch({ type: 'outbox_waiting', id });
    if (saved === false) return this.keep({ id, owner: this.owner, roomId, content, createdAt, code: null });
    await this.box.mark(id, null);
    this.tellTabs();
    this.sender?.kick();
  }

  async discard(id) {
    await this.box.remove(id);
    this.dispatch({ type: 'outbox_discarded', id });
    this.tellTabs();
  }

  // `seq` was really seen. Asked at most once per connection; the log answers.
  markRead(roomId, seq) {
    const room = this.state.rooms[roomId];
    const online = this.socket?.online;
    if (!room || (!online && !this.poller.works) || seq <= Math.max(room.read_seq, this.readAsked[roomId] ?? 0)) return;
    this.readAsked[roomId] = seq;
    const asked = online
      ? this.socket.request('message_read', { room_id: roomId, seq })
      : this.rest.read(roomId, seq).then(() => this.poller.soon());
    asked.catch(() => delete this.readAsked[roomId]);
  }

  typing(roomId) {
    const now = Date.now();
    if (this.typingSent.roomId === roomId && now - this.typingSent.at < typing_every_ms) return;
    this.typingSent = { roomId, at: now };
    this.socket?.notify('typing', { room_id: roomId });
  }

  draft(roomId, written) {
    const text = wellFormed(written);
    if ((this.state.drafts[roomId] ?? '') === text) return;
    if (this.state.me) this.dispatch({ type: 'draft', roomId, text }); // the composer tells its last words after a session has ended
    this.drafts?.save(roomId, text);
  }

  async setBlocked(userId, blocked) {
    await (blocked ? this.rest.block(userId) : this.rest.unblock(userId));
    this.dispatch({ type: 'blocked', userId, blocked });
  }

  async rename(name) {
    this.dispatch({ type: 'me_changed', me: await this.rest.rename(name) });
  }

  // --- inside ----------------------------------------------------------------------------------------------------------

  // By socket when there is one, so that the answer takes its place in the log; by REST otherwise.
  async deliver({ id, roomId, content }) {
    if (!this.socket?.online) {
      const message = await this.rest.send(roomId, content, id);
      this.poller.soon();
      return message;
    }
    const { cursor, payload } = await this.socket.request('chat_message', {
      room_id: roomId,
      content,
      client_msg_id: id,
    });
    if (cursor) this.dispatch({ type: 'event', event: { type: 'chat_message', cursor, payload }, now: Date.now() });
    return payload.message;
  }

  async reloadOutbox() {
    const { owner } = this;
    const items = await this.box.list(owner);
    if (owner === this.owner && this.sender) this.dispatch({ type: 'outbox_loaded', items });
  }

  // What this browser does not do for us, as far as a person must know.
  noteStorage() {
    const note = this.tokens.kept === false ? 'unkept' : this.tokens.alone ? 'alone' : '';
    if (note !== this.state.note) this.dispatch({ type: 'note', note });
  }

  tellTabs() {
    this.channel?.postMessage('outbox');
  }

  later(name, ms, work) {
    clearTimeout(this.timers[name]);
    this.timers[name] = setTimeout(work, ms);
  }
}
