// net/vault.js — A few values that all tabs agree on, in IndexedDB: what one tab has put is what the next one gets.
//
// localStorage does not promise that: tabs live in processes of their own, and a value may arrive in another one after the lock
// that was to guard it has been handed on. Where there is no IndexedDB, nothing is kept and `get` answers undefined.

const store_name = 'values';

export class Vault {
  constructor(indexedDB = globalThis.indexedDB) {
    this.opened = open(indexedDB).catch(() => null);
  }

  get = (key) => this.inside('readonly', (store) => store.get(key));
  put = (key, value) => this.inside('readwrite', (store) => store.put(value, key));
  remove = (key) => this.inside('readwrite', (store) => store.delete(key));

  // Answers when the transaction has ended. A failure is as if nothing were kept.
  async inside(mode, work) {
    const database = await this.opened;
    if (!database) return undefined;
    return new Promise((resolve) => {
      try {
        const transaction = database.transaction(store_name, mode);
        const asked = work(transaction.objectStore(store_name));
        transaction.oncomplete = () => resolve(asked.result);
        transaction.onabort = transaction.onerror = () => resolve(undefined);
      } catch {
        resolve(undefined);
      }
    });
  }
}

function open(indexedDB) {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open('billet-values', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(store_name);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = asked.onblocked = () => reject(asked.error);
  });
}
