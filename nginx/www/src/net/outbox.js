// net/outbox.js — Where unsent messages wait: IndexedDB, shared by all tabs and safe from reloads,
// with memory behind it.
//
// An item is { n, owner, id, roomId, content, createdAt, code }. `n` gives the order, `id` is the
// client_msg_id, `code` why the server refused it (null: it has not). `owner` keeps the users of
// one browser apart.
//
// What the store does not take (it is forbidden, full, silent, lost) this tab remembers, and tells
// it as soon as it listens again.

import { Database, done } from './storage.js';

const untold_max = 500;

function build(database) {
  const store = database.createObjectStore('outbox', { keyPath: 'n', autoIncrement: true });
  store.createIndex('owner', 'owner');
  store.createIndex('id', 'id', { unique: true });
}

export class Outbox {
  constructor(database = new Database({ name: 'billet', store: 'outbox', build })) {
    this.database = database;
    this.seen = new Map(); // owner → items, as the store was last read
    this.untold = { added: [], marked: new Map(), removed: new Set() }; // what the store has yet to take
  }

  // In the order in which they were written.
  async list(owner) {
    await this.tellStore();
    try {
      this.seen.set(owner, await this.database.run('readonly', (store) => done(store.index('owner').getAll(owner))));
    } catch {
      // as it was last seen
    }
    return this.view(owner);
  }

  // Twice is once. Rejects when even memory has its fill.
  async add(item) {
    // Behind those that wait for the store, or the order would be lost.
    if (this.untold.added.length === 0 && (await this.told((store) => addTo(store, item)))) return;
    const { added } = this.untold;
    if (added.length >= untold_max) throw new Error('too many unsent messages');
    if (!added.some(({ id }) => id === item.id)) added.push({ ...item });
  }

  async remove(id) {
    const { untold } = this;
    untold.added = untold.added.filter((item) => item.id !== id);
    untold.marked.delete(id);
    untold.removed.add(id);
    if (untold.removed.size > untold_max) untold.removed.delete(untold.removed.values().next().value);
    if (await this.told((store) => removeFrom(store, id))) untold.removed.delete(id);
  }

  // `code` null: to be sent again.
  async mark(id, code) {
    const { untold } = this;
    untold.added = untold.added.map((item) => (item.id === id ? { ...item, code } : item));
    untold.marked.set(id, code);
    if (await this.told((store) => markIn(store, id, code))) untold.marked.delete(id);
  }

  // Throws away all that this owner has written. Answers whether the store is known to have none of
  // it: it may be away.
  async clear(owner) {
    for (const { id } of await this.list(owner)) await this.remove(id);
    return this.told((store) => clearIn(store, owner));
  }

  view(owner) {
    const { added, marked, removed } = this.untold;
    const seen = this.seen.get(owner) ?? [];
    const extra = added.filter((item) => item.owner === owner && !seen.some(({ id }) => id === item.id));
    return [...seen, ...extra]
      .filter(({ id }) => !removed.has(id))
      .map((item) => ({ ...item, code: marked.has(item.id) ? marked.get(item.id) : item.code }));
  }

  // Removals first: they make room.
  async tellStore() {
    const { untold } = this;
    for (const id of untold.removed) {
      if (!(await this.told((store) => removeFrom(store, id)))) return;
      untold.removed.delete(id);
    }
    for (const [id, code] of untold.marked) {
      if (!(await this.told((store) => markIn(store, id, code)))) return;
      untold.marked.delete(id);
    }
    for (let item; (item = untold.added[0]);) {
      if (!(await this.told((store) => addTo(store, item)))) return;
      untold.added = untold.added.filter(({ id }) => id !== item.id);
    }
  }

  // Whether the store has taken it.
  told(work) {
    return this.database.run('readwrite', work).then(
      () => true,
      () => false,
    );
  }
}

const find = (store, id) => done(store.index('id').get(id));

async function addTo(store, item) {
  if (!(await find(store, item.id))) await done(store.add(item));
}

async function removeFrom(store, id) {
  const item = await find(store, id);
  if (item) await done(store.delete(item.n));
}

async function clearIn(store, owner) {
  for (const { n } of await done(store.index('owner').getAll(owner))) await done(store.delete(n));
}

async function markIn(store, id, code) {
  const item = await find(store, id);
  if (item) await done(store.put({ ...item, code }));
}
