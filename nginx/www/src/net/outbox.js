// net/outbox.js — Where unsent messages wait: IndexedDB, shared by all tabs and safe from reloads; memory where there is none.
//
// An item is { n, owner, id, roomId, content, createdAt, code }. `n` gives the order, `id` is the client_msg_id, `code` why the
// server refused it (null: it has not). `owner` keeps the users of one browser apart.

const store_name = 'outbox';

export async function openOutbox(indexedDB = globalThis.indexedDB) {
  try {
    return new StoredOutbox(await opened(indexedDB));
  } catch {
    return new MemoryOutbox();
  }
}

function opened(indexedDB) {
  const asked = indexedDB.open('billet', 1);
  asked.onupgradeneeded = () => {
    const store = asked.result.createObjectStore(store_name, { keyPath: 'n', autoIncrement: true });
    store.createIndex('owner', 'owner');
    store.createIndex('id', 'id', { unique: true });
  };
  return done(asked);
}

const done = (asked) =>
  new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
    asked.onblocked = () => reject(new Error('blocked'));
  });

export class StoredOutbox {
  constructor(database) {
    this.database = database;
  }

  // In the order in which they were written.
  list = (owner) => this.inside('readonly', (store) => done(store.index('owner').getAll(owner)));
  add = (item) => this.inside('readwrite', (store) => done(store.add(item)));
  remove = (id) => this.change(id, (store, item) => store.delete(item.n));
  // `code` null: to be sent again.
  mark = (id, code) => this.change(id, (store, item) => store.put({ ...item, code }));

  change(id, work) {
    return this.inside('readwrite', async (store) => {
      const item = await done(store.index('id').get(id));
      if (item) await done(work(store, item));
    });
  }

  async inside(mode, work) {
    const transaction = this.database.transaction(store_name, mode);
    const ended = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
    ended.catch(() => {});
    const result = await work(transaction.objectStore(store_name));
    await ended;
    return result;
  }
}

export class MemoryOutbox {
  items = [];
  n = 0;

  list = async (owner) => this.items.filter((item) => item.owner === owner).map((item) => ({ ...item }));
  add = async (item) => void this.items.push({ ...item, n: ++this.n });
  remove = async (id) => void (this.items = this.items.filter((item) => item.id !== id));
  mark = async (id, code) => void (this.items = this.items.map((item) => (item.id === id ? { ...item, code } : item)));
}
