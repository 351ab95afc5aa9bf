// test/storage.test.js — Stores that are forbidden, full, silent or lost: nothing throws, nothing
// hangs, nothing is forgotten.

import test from 'node:test';
import assert from 'node:assert/strict';
import { Database, Local, done } from '../src/net/storage.js';
import { Outbox } from '../src/net/outbox.js';
import { Vault } from '../src/net/vault.js';
import { Drafts } from '../src/app/drafts.js';
import { Prefs } from '../src/app/prefs.js';
import { still } from './support/timers.js';

const settle = async () => {
  for (let i = 0; i < 50; i++) await Promise.resolve();
};

class Area {
  map = new Map();
  full = false;
  getItem = (key) => this.map.get(key) ?? null;
  removeItem = (key) => void this.map.delete(key);
  setItem = (key, text) => {
    if (this.full) throw new DOMException('full', 'QuotaExceededError');
    this.map.set(key, text);
  };
}
const refuse = () => {
  throw new DOMException('denied', 'SecurityError');
};
const forbidden = { getItem: refuse, setItem: refuse, removeItem: refuse };

for (const [what, area] of [
  ['null', null],
  ['forbidden', forbidden],
]) {
  test(`localStorage that is ${what}: memory takes its place`, () => {
    const local = new Local(area);
    assert.equal(local.get('a'), null);
    assert.equal(local.set('a', '1'), false);
    assert.equal(local.get('a'), '1');
    local.remove('a');
    assert.equal(local.get('a'), null);
    assert.equal(local.json('a'), undefined);

    const drafts = new Drafts('me', local);
    drafts.save(7, 'half a sent');
    assert.deepEqual(drafts.all(), { 7: 'half a sent' });
    const prefs = new Prefs(local);
    prefs.set({ theme: 'dark' });
    assert.equal(new Prefs(local).values.theme, 'dark');
  });
}

test('a full localStorage: memory goes before what is kept, and what another tab keeps later before both', () => {
  const area = new Area();
  const local = new Local(area);
  assert.equal(local.set('a', 'old'), true);
  area.full = true;
  assert.equal(local.set('a', 'new'), false);
  assert.equal(local.get('a'), 'new');
  assert.equal(area.getItem('a'), 'old');
  area.map.set('a', 'newer');
  assert.equal(local.get('a'), 'newer');
});

test('what stands in localStorage and is no JSON is as nothing', () => {
  const area = new Area();
  area.map.set('a', '{"half');
  assert.equal(new Local(area).json('a'), undefined);
});

// --- IndexedDB, as far as Database sees it. The real one is in tests/web. ------------------------

// A connection that carries out requests when told to, and may be lost.
class Connection {
  closed = false;
  rows = new Map();
  transaction() {
    if (this.closed) throw new DOMException('closed', 'InvalidStateError');
    const transaction = { objectStore: () => this.store(transaction), abort() {} };
    return transaction;
  }
  store(transaction) {
    const answer = (result) => {
      const asked = {};
      queueMicrotask(
        () => ((asked.result = result), asked.onsuccess(), queueMicrotask(() => transaction.oncomplete())),
      );
      return asked;
    };
    return {
      get: (key) => answer(this.rows.get(key)),
      put: (value, key) => answer(void this.rows.set(key, value)),
      delete: (key) => answer(void this.rows.delete(key)),
    };
  }
  close() {
    this.closed = true;
  }
}

class Factory {
  opened = [];
  answer() {
    const connection = new Connection();
    const { asked } = this.opened.at(-1);
    asked.result = connection;
    asked.onsuccess();
    return connection;
  }
  open() {
    const asked = {};
    this.opened.push({ asked });
    return asked;
  }
}

const database = (factory) => new Database({ name: 'd', store: 's', build() {}, factory });
const read = (one) => one.run('readonly', (store) => done(store.get('k')));

test('no IndexedDB is a rejection, and a vault without values', async () => {
  await assert.rejects(read(database(null)));
  const vault = new Vault(database(null));
  await vault.put('k', 1);
  assert.equal(await vault.get('k'), undefined);
  await assert.rejects(vault.change('k', () => 2));
});

test('an open that never answers is waited for once, and used if it does answer', async (t) => {
  const clock = still(t, ['setTimeout', 'Date']);
  const factory = new Factory();
  const one = database(factory);
  const first = assert.rejects(read(one), { name: 'TimeoutError' });
  await settle();
  clock.tick(3_000);
  await first;
  await assert.rejects(read(one), { name: 'TimeoutError' });
  assert.equal(factory.opened.length, 1);

  factory.answer().rows.set('k', 'late');
  await settle();
  assert.equal(await read(one), 'late');
});

test('one that could not be opened is left alone for a while, then tried again', async (t) => {
  const clock = still(t, ['setTimeout', 'Date']);
  const factory = new Factory();
  const one = database(factory);
  const first = assert.rejects(read(one), /broken/);
  await settle();
  factory.opened[0].asked.error = new Error('broken');
  factory.opened[0].asked.onerror();
  await first;
  await assert.rejects(read(one));
  assert.equal(factory.opened.length, 1);
  clock.tick(10_000);
  const again = read(one);
  factory.answer().rows.set('k', 'there');
  assert.equal(await again, 'there');
});

test('a connection that was lost is opened anew', async () => {
  const factory = new Factory();
  const one = database(factory);
  const first = read(one);
  const connection = factory.answer();
  await first;
  for (const lose of [() => connection.onclose(), () => factory.opened.at(-1).asked.result.close()]) {
    lose();
    const again = read(one);
    await settle();
    factory.answer().rows.set('k', 'anew');
    assert.equal(await again, 'anew');
  }
  assert.equal(factory.opened.length, 3);
});

test('a transaction that never ends is given up', async (t) => {
  const clock = still(t, ['setTimeout', 'Date']);
  const factory = new Factory();
  const one = database(factory);
  const asked = one.run('readonly', () => new Promise(() => {}));
  const refused = assert.rejects(asked, { name: 'TimeoutError' });
  const connection = factory.answer();
  await settle();
  clock.tick(4_000);
  await refused;
  assert.equal(connection.closed, true);
});

// --- the outbox over a store that comes and goes -------------------------------------------------

// Carries out what outbox.js asks of its store, unless it is told not to.
class Shelf {
  rows = [];
  n = 0;
  works = true;
  full = false;
  run = async (_, work) => {
    if (!this.works) throw new Error('gone');
    return work(this.store);
  };
  store = {
    index: (name) => ({
      getAll: (owner) => this.asked(this.rows.filter((row) => row.owner === owner)),
      get: (id) => this.asked(this.rows.find((row) => row[name] === id)),
    }),
    add: (item) =>
      this.full
        ? this.asked(undefined, new DOMException('full', 'QuotaExceededError'))
        : this.asked(void this.rows.push({ ...item, n: ++this.n })),
    put: (item) => this.asked(void (this.rows = this.rows.map((row) => (row.n === item.n ? item : row)))),
    delete: (n) => this.asked(void (this.rows = this.rows.filter((row) => row.n !== n))),
  };
  asked(result, error) {
    const asked = { result, error };
    queueMicrotask(() => (error ? asked.onerror() : asked.onsuccess()));
    return asked;
  }
}

const item = (id, owner = 'u') => ({ id, owner, roomId: 1, content: id, code: null });
const ids = async (box, owner = 'u') => (await box.list(owner)).map(({ id }) => id);

test('what the store does not take waits in memory, in order, and goes there when it does', async () => {
  const shelf = new Shelf();
  const box = new Outbox(shelf);
  await box.add(item('a'));
  shelf.works = false;
  await box.add(item('b'));
  await box.add(item('b'));
  await box.add(item('x', 'somebody'));
  assert.deepEqual(await ids(box), ['b']); // the store has never been read
  shelf.works = true;
  shelf.full = true;
  await box.add(item('c'));
  assert.deepEqual(await ids(box), ['a', 'b', 'c']);
  assert.deepEqual(
    shelf.rows.map(({ id }) => id),
    ['a'],
  );
  shelf.full = false;
  assert.deepEqual(await ids(box), ['a', 'b', 'c']);
  assert.deepEqual(
    shelf.rows.map(({ id }) => id),
    ['a', 'b', 'x', 'c'],
  );
});

test('while the store is away, what it held is seen as it was, with all that became of it since', async () => {
  const shelf = new Shelf();
  const box = new Outbox(shelf);
  for (const id of ['a', 'b', 'c']) await box.add(item(id));
  await ids(box);
  shelf.works = false;
  await box.remove('a');
  await box.mark('b', 'cannot_message');
  await box.add(item('d'));
  await box.mark('d', 'too_large');
  assert.deepEqual(
    (await box.list('u')).map(({ id, code }) => [id, code]),
    [
      ['b', 'cannot_message'],
      ['c', null],
      ['d', 'too_large'],
    ],
  );
  shelf.works = true;
  await ids(box);
  assert.deepEqual(
    shelf.rows.map(({ id, code }) => [id, code]),
    [
      ['b', 'cannot_message'],
      ['c', null],
      ['d', 'too_large'],
    ],
  );
});

test('memory has a bound, and tells', async () => {
  const shelf = new Shelf();
  shelf.works = false;
  const box = new Outbox(shelf);
  for (let i = 0; i < 500; i++) await box.add(item(`m${i}`));
  await assert.rejects(box.add(item('one too many')));
  await box.remove('m0');
  await box.add(item('now'));
  assert.equal((await ids(box)).length, 500);
});
