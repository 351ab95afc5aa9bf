// net/storage.js — The one way to what the browser keeps for this site: localStorage (Local) and
// IndexedDB (Database).
//
// Either can be forbidden, null, full, slow, silent, or taken away in mid-life. Local has memory
// behind it and never throws. A Database answers or rejects within a deadline, and opens its
// connection anew when it was lost; who uses it knows what to do then.

const open_deadline_ms = 3_000;
const work_deadline_ms = 4_000;
const shun_ms = 10_000; // one that could not be opened is left alone for that long

// Even to name a store can throw, where site data is blocked.
function ambient(name) {
  try {
    return globalThis[name] ?? null;
  } catch {
    return null;
  }
}

export class Local {
  constructor(area = ambient('localStorage')) {
    this.area = area;
    this.memory = new Map(); // key → { text, over }: what could not be kept, and what the area held instead
  }

  // The text, or null. What another tab has kept since is newer than what this one remembers.
  get(key) {
    const kept = this.kept(key);
    const held = this.memory.get(key);
    return held && held.over === kept ? held.text : kept;
  }

  // Answers whether it will be there after a reload.
  set(key, text) {
    this.memory.delete(key);
    try {
      this.area.setItem(key, text);
      return true;
    } catch {
      this.memory.set(key, { text, over: this.kept(key) });
      return false;
    }
  }

  remove(key) {
    this.memory.delete(key);
    try {
      this.area.removeItem(key);
    } catch {
      this.memory.set(key, { text: null, over: this.kept(key) });
    }
  }

  // What was written there, undefined when there is nothing or it cannot be read.
  json(key) {
    try {
      return JSON.parse(this.get(key)) ?? undefined;
    } catch {
      return undefined;
    }
  }

  kept(key) {
    try {
      return this.area.getItem(key);
    } catch {
      return null;
    }
  }
}

export const local = new Local();

// One store of one database.
export class Database {
  // build(database): makes what version 1 consists of.
  constructor({ name, store, build, factory = ambient('indexedDB') }) {
    Object.assign(this, { name, store, build, factory, opening: null, current: null, shunned: 0 });
  }

  // Answers what work(store) answers, when its transaction has been carried out. `work` waits for
  // requests of that store and for nothing else. When the connection was lost meanwhile it is
  // called again: it must be such that twice is once.
  async run(mode, work) {
    const database = await this.open();
    try {
      return await this.once(database, mode, work);
    } catch (error) {
      if (isFinal(error)) throw error;
      this.drop(database);
      return this.once(await this.open(), mode, work);
    }
  }

  once(database, mode, work) {
    const transaction = database.transaction(this.store, mode);
    const ended = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error('aborted'));
    });
    const asked = Promise.resolve(work(transaction.objectStore(this.store)));
    const both = Promise.all([asked, ended]).then(([result]) => result);
    return within(work_deadline_ms, both, () => {
      this.drop(database);
      attempt(() => transaction.abort());
    });
  }

  // A promise of the connection. One that never comes is waited for once; if it does come later, it
  // is used.
  open() {
    if (this.opening) return this.opening;
    if (Date.now() < this.shunned) return Promise.reject(new Error('could not be opened'));
    const answer = new Promise((resolve, reject) => this.ask(resolve, reject));
    const opening = (this.opening = within(open_deadline_ms, answer));
    opening.catch(() => {});
    answer.then(
      () => this.opening === opening && (this.opening = answer),
      () => {
        if (this.opening === opening) this.opening = null;
        this.shunned = Date.now() + shun_ms;
      },
    );
    return opening;
  }

  ask(resolve, reject) {
    const asked = this.factory.open(this.name, 1);
    asked.onupgradeneeded = () => this.build(asked.result);
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      const database = (this.current = asked.result);
      database.onclose = database.onversionchange = () => this.drop(database);
      resolve(database);
    };
  }

  // The next one who asks opens anew.
  drop(database) {
    if (this.current === database) this.opening = this.current = null;
    attempt(() => database.close());
  }
}

// Not for want of a connection: the store is full, refuses the value, or has been waited for
// already.
const isFinal = ({ name }) =>
  ['QuotaExceededError', 'ConstraintError', 'DataError', 'DataCloneError', 'TimeoutError'].includes(name);

function attempt(work) {
  try {
    work();
  } catch {
    // it was over already
  }
}

// A request of IndexedDB as a promise.
export const done = (asked) =>
  new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

// What `promise` gives, or a rejection after `ms`, when late() is called too.
export function within(ms, promise, late = () => {}) {
  let timer;
  const passed = new Promise((_, reject) => {
    timer = setTimeout(() => {
      reject(new DOMException(`no answer within ${ms} ms`, 'TimeoutError'));
      late();
    }, ms);
  });
  return Promise.race([promise, passed]).finally(() => clearTimeout(timer));
}
