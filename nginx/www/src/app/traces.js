// app/traces.js — What a person leaves in this browser: drafts and unsent messages. It goes when they sign out, and when somebody else comes.
//
// Whoever was signed out against their will finds it again if nobody else has come meanwhile.

import { Drafts } from './drafts.js';

export class Traces {
  // `source`: where tokens come from. People of one source come one after another; two elements with sources of their own know nothing of each other.
  // `boxOpened`: a promise of the outbox.
  constructor({ source, boxOpened, storage = globalThis.localStorage }) {
    Object.assign(this, { key: `billet:last:${source}`, boxOpened, storage });
  }

  async entered(owner) {
    const before = this.last();
    if (before && before !== owner) await this.clear(before);
    this.storage.setItem(this.key, owner);
  }

  async clear(owner) {
    new Drafts(owner, this.storage).clear();
    if (this.last() === owner) this.storage.removeItem(this.key);
    await (await this.boxOpened).clear(owner);
  }

  last() {
    try {
      return this.storage.getItem(this.key);
    } catch {
      return null;
    }
  }
}
