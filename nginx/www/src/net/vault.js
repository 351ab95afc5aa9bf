// net/vault.js — A few values that all tabs agree on, in IndexedDB: what one tab has put is what
// the next one gets.
//
// localStorage does not promise that: tabs live in processes of their own, and a value may arrive
// in another one after the lock that was to guard it has been handed on. Where there is no
// IndexedDB, nothing is kept and `get` answers undefined.

import { Database, done } from './storage.js';

export class Vault {
  constructor(
    database = new Database({
      name: 'billet-values',
      store: 'values',
      build: (made) => made.createObjectStore('values'),
    }),
  ) {
    this.database = database;
  }

  get = (key) => this.quietly('readonly', (store) => done(store.get(key)));
  put = (key, value) => this.quietly('readwrite', (store) => done(store.put(value, key)));
  remove = (key) => this.quietly('readwrite', (store) => done(store.delete(key)));

  // One step that no other tab can come between: what rule(value) answers takes the place of the
  // value; undefined removes it. Answers the new value. Rejects where nothing can be kept.
  change(key, rule) {
    return this.database.run('readwrite', async (store) => {
      const before = await done(store.get(key));
      const after = rule(before);
      if (after === undefined) await done(store.delete(key));
      else if (after !== before) await done(store.put(after, key));
      return after;
    });
  }

  quietly(mode, work) {
    return this.database.run(mode, work).catch(() => undefined);
  }
}
