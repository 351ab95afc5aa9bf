// app/session.js — Who is here: comes in, goes out, is shut out. Begins and ends what works for
// that person.

import { backoff } from '../net/backoff.js';

export class Session {
  constructor(app) {
    Object.assign(this, { app, owner: undefined, turn: null, attempt: 0, timer: 0 });
  }

  login = (username, password) => this.app.tokens.login(username, password).then(() => this.enter());
  register = (username, password, name) => this.app.tokens.register(username, password, name).then(() => this.enter());

  // What this person has written and not sent goes with them: whoever calls has asked, if there is
  // any (see Texts.unsent).
  async logout() {
    const { rest, tabs, texts, tokens } = this.app;
    tabs.tell('left');
    this.leave(); // before the server ends the socket, which would look like a session that was taken away
    await Promise.allSettled([texts.forget(), rest.logout()]); // without an answer the session simply runs out
    tokens.forget?.();
    this.signedOut('');
  }

  signedOut(reason) {
    // Ended in another tab, where texts may have been thrown away: none is brought back.
    if (this.app.tokens.session === null) this.app.texts.drop();
    this.leave();
    this.app.dispatch({ type: 'signed_out', reason });
  }

  // Another tab signed in or out.
  restart() {
    this.leave();
    this.app.texts.drop();
    this.app.dispatch({ type: 'signed_out', reason: '' });
    this.enter();
  }

  leave() {
    const { connection, log, outgoing, tabs, typing } = this.app;
    clearTimeout(this.timer);
    for (const part of [connection, outgoing, tabs, typing, log]) part.stop();
  }

  // From nothing to a running client. Tries again by itself as long as only the network is in the
  // way.
  enter = async () => {
    const { app } = this;
    clearTimeout(this.timer);
    if (app.tokens.session === null) return this.signedOut('');
    const turn = (this.turn = {});
    try {
      const me = app.tokens.session?.user ?? (await app.rest.me());
      if (turn !== this.turn) return;
      app.dispatch({ type: 'signed_in', me });
      await app.rooms.load(() => this.begin(me));
      this.attempt = 0;
    } catch (error) {
      if (turn !== this.turn) return;
      if (this.isShutOut(error)) return;
      app.dispatch({ type: 'failed', reason: error.code ?? 'internal' });
      clearTimeout(this.timer);
      this.timer = setTimeout(this.enter, backoff(this.attempt++, { base_ms: 2000 }) + 1000);
    }
  };

  begin(me) {
    const { base, connection, dispatch, outgoing, rest, tabs, texts, tokens } = this.app;
    this.owner = `${base}:${me.id}`;
    texts.begin(this.owner);
    connection.begin();
    tabs.begin(this.owner);
    outgoing.begin(this.owner).catch(() => {});
    if (!tokens.session) return;
    rest.me().then(
      (fresh) => dispatch({ type: 'me_changed', me: fresh }),
      () => {},
    );
  }

  // Whether the server or the host does not know us any more; then we are out.
  isShutOut({ code }) {
    if (!['signed_out', 'account_disabled', 'unauthenticated'].includes(code)) return false;
    this.signedOut(code === 'signed_out' ? 'session_ended' : code);
    return true;
  }

  async rename(name) {
    this.app.dispatch({ type: 'me_changed', me: await this.app.rest.rename(name) });
  }

  // What this browser does not do for us, as far as a person must know.
  noteStorage() {
    const { dispatch, state, tokens } = this.app;
    const note = tokens.kept === false ? 'unkept' : tokens.alone ? 'alone' : '';
    if (note !== state.note) dispatch({ type: 'note', note });
  }
}
