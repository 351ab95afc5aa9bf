// app/app.js — The client without its view: its parts, each with one duty, and what makes all of
// them move.
//
// The view reads `store.state` and asks the parts; only what they dispatch changes the state.

import { Rest } from '../net/rest.js';
import { Connection } from './connection.js';
import { History } from './history.js';
import { Log } from './log.js';
import { Outgoing } from './outgoing.js';
import { watchPage } from './page.js';
import { ReadMarks } from './read_marks.js';
import { Rooms } from './rooms.js';
import { Session } from './session.js';
import { Store } from './store.js';
import { Tabs } from './tabs.js';
import { Texts } from './texts.js';
import { Typing } from './typing.js';

export class App {
  // `base`: see place.js. `tokens`: OwnTokens or HostTokens.
  constructor({ base = '', tokens }) {
    this.base = base;
    this.tokens = tokens;
    this.store = new Store();
    this.rest = new Rest({ base, tokens });
    this.session = new Session(this);
    this.connection = new Connection(this);
    this.rooms = new Rooms(this);
    this.history = new History(this);
    this.log = new Log(this);
    this.texts = new Texts(this);
    this.outgoing = new Outgoing(this);
    this.tabs = new Tabs(this);
    this.typing = new Typing(this);
    this.readMarks = new ReadMarks(this);
    this.ends = [this.store.subscribe((state, before) => this.after(state, before))];
  }

  get state() {
    return this.store.state;
  }

  dispatch = (action) => this.store.dispatch(action);

  async start() {
    this.listen();
    if (this.tokens.onOtherTab) this.ends.push(this.tokens.onOtherTab(() => this.session.restart()));
    await this.session.enter();
  }

  stop() {
    this.session.leave();
    for (const end of this.ends) end();
  }

  listen() {
    const look = () =>
      this.dispatch({ type: 'focus', focused: document.visibilityState === 'visible' && document.hasFocus() });
    const offline = () => this.connection.suspect();
    this.ends.push(watchPage({ look, wake: () => this.wake(), leave: () => this.pause(), offline }));
    look();
  }

  // What follows from a change of the state, whoever caused it.
  after(state, before) {
    if (state.gap && !before.gap) this.log.sync();
    if (state.missingRooms !== before.missingRooms) this.log.fetchMissing();
    if (state.typing !== before.typing) this.typing.endLater(state);
    if (state.outbox !== before.outbox) this.outgoing.removeTold(state, before);
  }

  // The page is looked at again, or the network is back: whatever waits goes on, whatever seems
  // alive has to show it.
  wake() {
    if (this.state.phase === 'failed') this.session.enter();
    this.connection.wake();
    this.outgoing.wake();
    const { open } = this.state;
    if (open && this.state.timelines[open.roomId]?.error) this.history.open(open.roomId);
  }

  pause() {
    this.connection.pause();
    this.tabs.tell('closed');
  }

  // The person does not want to wait for the next try.
  tryNow() {
    if (this.state.phase === 'failed' || this.state.phase === 'signed_out') this.session.enter();
    this.connection.tryNow();
    this.outgoing.kick();
  }
}
