// app/prefs.js — What this person prefers on this device: theme, language, notifications, sound.

const defaults = { theme: 'system', lang: 'system', notify: false, sound: false, asked: false };

export class Prefs extends EventTarget {
  constructor(storage = globalThis.localStorage) {
    super();
    this.storage = storage;
    this.values = { ...defaults, ...this.stored() };
  }

  stored() {
    try {
      return JSON.parse(this.storage.getItem('billet:prefs')) ?? {};
    } catch {
      return {};
    }
  }

  set(change) {
    this.values = { ...this.values, ...change };
    try {
      this.storage.setItem('billet:prefs', JSON.stringify(this.values));
    } catch {
      // kept for this page only
    }
    this.dispatchEvent(new Event('change'));
  }
}
