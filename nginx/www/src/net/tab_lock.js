// net/tab_lock.js — A lock between tabs for where there are no Web Locks: plain http under a name.
//
// A record in IndexedDB names the holder, and is changed in one step. It has no time in it: clocks
// jump, and timers of hidden tabs stand still. Whoever waits asks the holder about once a second,
// by BroadcastChannel, whether it holds the lock still: messages come through to hidden tabs. A
// holder that has not answered for several such seconds, all of which the one who waits was awake
// for, has crashed or lies in the back/forward cache, and its place is taken. One that was only
// asleep finds that out by sure().

import { newId } from './ids.js';
import { openChannel } from './channel.js';
import { Problem } from './problem.js';
import { Vault } from './vault.js';

const beat_ms = 1_000;
const silences_max = 8; // a tab may be busy for some seconds
const slow_max = 10; // beats that a store without an answer is waited for

export class TabLock {
  constructor({ vault = new Vault(), channel = openChannel('billet:locks'), id = newId(), beat = beat_ms } = {}) {
    Object.assign(this, { vault, channel, id, beat, worked: false, held: new Set(), listeners: new Set() });
    if (channel) channel.onmessage = ({ data }) => this.heard(data);
  }

  // As withLock in locks.js. Where nothing can be agreed upon, the work is done all the same,
  // `alone`.
  async request(name, work, { signal, patience = Infinity }) {
    const agreed = await this.take(name, signal, patience);
    try {
      return await work({ sure: async () => !agreed || this.isMine(await this.vault.get(key(name))), alone: !agreed });
    } finally {
      if (agreed) await this.release(name);
    }
  }

  async take(name, signal, patience) {
    if (!this.channel) return false;
    let last,
      silences = 0;
    for (let beats = 0; ; beats++) {
      signal?.throwIfAborted();
      if (beats * this.beat >= patience * 1000) throw new Problem({ code: 'busy', detail: `${name} is held` });
      try {
        const holder = await this.claim(name, silences >= silences_max ? last : undefined);
        if (holder === this.id) return this.held.add(name);
        if (holder !== last) silences = 0;
        last = holder;
      } catch (error) {
        if (this.isHopeless(error, beats)) return false;
        silences = 0;
      }
      silences = (await this.answers(name, last)) ? 0 : silences + 1;
    }
  }

  // Who holds it now: we, if nobody did or only one who is dead.
  async claim(name, dead) {
    const free = (now) => !now || this.isMine(now) || now.holder === dead;
    const { holder } = await this.vault.change(key(name), (now) => (free(now) ? { holder: this.id } : now));
    this.worked = true;
    return holder;
  }

  // Tabs cannot agree here. A store that has worked will work again; one that is only slow is
  // waited for.
  isHopeless({ name }, beats) {
    return !this.worked && (name !== 'TimeoutError' || beats >= slow_max);
  }

  // Ends when the lock is free, or a beat later.
  answers(name, holder) {
    return new Promise((resolve) => {
      let alive = false;
      const end = () => {
        clearTimeout(timer);
        this.listeners.delete(listener);
        resolve(alive);
      };
      const listener = (told) => {
        if (told.lock !== name || told.holder !== holder) return;
        if (told.type === 'alive') alive = true;
        if (told.type === 'free') end((alive = true));
      };
      const timer = setTimeout(end, this.beat);
      this.listeners.add(listener);
      this.channel.postMessage({ type: 'ask', lock: name, holder });
    });
  }

  heard(told) {
    if (told.type === 'ask' && told.holder === this.id && this.held.has(told.lock))
      this.channel.postMessage({ ...told, type: 'alive' });
    for (const listener of this.listeners) listener(told);
  }

  // A record that could not be removed is one whose holder does not answer.
  async release(name) {
    this.held.delete(name);
    await this.vault.change(key(name), (now) => (this.isMine(now) ? undefined : now)).catch(() => {});
    this.channel.postMessage({ type: 'free', lock: name, holder: this.id });
  }

  isMine = (record) => record?.holder === this.id;
}

const key = (name) => `lock:${name}`;
