// app/prefs.js — What this person prefers on this device: theme, language, notifications, sound.

import { local } from '../net/storage.js';

const defaults = { theme: 'system', lang: 'system', notify: false, sound: false, asked: false };

export class Prefs extends EventTarget {
  constructor(storage = local) {
    super();
    this.local = storage;
    this.values = { ...defaults, ...storage.json('billet:prefs') };
  }

  set(change) {
    this.values = { ...this.values, ...change };
    this.local.set('billet:prefs', JSON.stringify(this.values));
    this.dispatchEvent(new Event('change'));
  }
}
