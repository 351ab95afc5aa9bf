// app/texts.js — What this person has written and not sent: drafts and the outbox, as they lie in
// this browser.

import { Outbox } from '../net/outbox.js';
import { wellFormed } from '../state/wellformed.js';
import { Drafts } from './drafts.js';
import { Traces } from './traces.js';

export class Texts {
  constructor(app) {
    this.app = app;
    this.box = new Outbox();
    this.drafts = undefined;
    this.traces = new Traces({ source: `${app.base}:${app.tokens.url ?? ''}`, box: this.box });
  }

  begin(owner) {
    this.traces.entered(owner).catch(() => {});
    this.drafts = new Drafts(owner);
    this.app.dispatch({ type: 'drafts', drafts: this.drafts.all() });
  }

  // None is kept any more; what is kept already stays.
  drop() {
    this.drafts = undefined;
  }

  forget() {
    this.drop();
    return this.traces.clear(this.app.session.owner);
  }

  // How many texts of this person are on this device only.
  get unsent() {
    const { drafts, outbox } = this.app.state;
    const written = { ...this.drafts?.all(), ...drafts };
    return Object.keys(written).length + outbox.filter((item) => item.status !== 'sent').length;
  }

  draft(roomId, written) {
    const { dispatch, state } = this.app;
    const text = wellFormed(written);
    if ((state.drafts[roomId] ?? '') === text) return;
    if (state.me) dispatch({ type: 'draft', roomId, text }); // the composer tells its last words after a session has ended
    this.drafts?.save(roomId, text);
  }
}
