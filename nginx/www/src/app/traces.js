// app/traces.js — What a person leaves in this browser: drafts and unsent messages. It goes when
// they sign out, and when somebody else comes.
//
// Whoever was signed out against their will finds it again if nobody else has come meanwhile.

import { local } from '../net/storage.js';
import { Drafts } from './drafts.js';

export class Traces {
  // `source`: where tokens come from. People of one source come one after another; two elements
  // with sources of their own know nothing of each other.
  constructor({ source, box, storage = local }) {
    Object.assign(this, { key: `billet:last:${source}`, box, local: storage });
  }

  async entered(owner) {
    const before = this.local.get(this.key);
    if (before && before !== owner && !(await this.clear(before))) return; // it is tried again when the next one comes
    this.local.set(this.key, owner);
  }

  // Answers whether nothing is left: the outbox's store may be away.
  async clear(owner) {
    new Drafts(owner, this.local).clear();
    const gone = await this.box.clear(owner);
    if (gone && this.local.get(this.key) === owner) this.local.remove(this.key);
    return gone;
  }
}
