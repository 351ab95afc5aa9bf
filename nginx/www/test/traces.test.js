// test/traces.test.js — What somebody has left in the browser is not there for the next one.

import test from 'node:test';
import assert from 'node:assert/strict';
import { Drafts } from '../src/app/drafts.js';
import { Traces } from '../src/app/traces.js';
import { Outbox } from '../src/net/outbox.js';
import { Local } from '../src/net/storage.js';

// A store of one object store, as far as the outbox asks for it.
function shelf() {
  const asked = (result) => {
    const request = { result };
    queueMicrotask(() => request.onsuccess());
    return request;
  };
  const the = { rows: [], works: true };
  const store = {
    index: (name) => ({
      getAll: (owner) => asked(the.rows.filter((row) => row.owner === owner)),
      get: (id) => asked(the.rows.find((row) => row[name] === id)),
    }),
    add: (item) => asked(void the.rows.push({ ...item, n: the.rows.length + 1 })),
    delete: (n) => asked(void (the.rows = the.rows.filter((row) => row.n !== n))),
  };
  the.run = async (_, work) => (the.works ? work(store) : Promise.reject(new Error('gone')));
  return the;
}

function browser() {
  const kept = new Map();
  const database = shelf();
  const storage = new Local({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, String(value)),
    removeItem: (key) => void kept.delete(key),
  });
  const box = new Outbox(database);
  const traces = (source = '') => new Traces({ source, box, storage });
  const write = async (owner) => {
    new Drafts(owner, storage).save(12, `draft of ${owner}`);
    await box.add({ id: `m-${owner}`, owner, roomId: 12, content: 'unsent', createdAt: '', code: null });
  };
  const left = async (owner) => [new Drafts(owner, storage).all(), (await box.list(owner)).length];
  return { kept, database, traces, write, left };
}

const all = (owner) => [{ 12: `draft of ${owner}` }, 1];
const none = [{}, 0];

test('signing out takes drafts and unsent messages with it, of this person only', async () => {
  const { traces, write, left } = browser();
  await write(':1');
  await write(':2');
  await traces().clear(':1');
  assert.deepEqual(await left(':1'), none);
  assert.deepEqual(await left(':2'), all(':2'));
});

test('whoever comes back finds their texts; whoever comes instead does not leave them there', async () => {
  const { traces, write, left } = browser();
  await traces().entered(':1');
  await write(':1');
  await traces().entered(':1');
  assert.deepEqual(await left(':1'), all(':1'));
  await traces().entered(':2');
  assert.deepEqual(await left(':1'), none);
});

test('two sources of tokens do not take each other’s texts', async () => {
  const { traces, write, left } = browser();
  await traces(':/token-of-a').entered(':1');
  await write(':1');
  await traces(':/token-of-b').entered(':2');
  assert.deepEqual(await left(':1'), all(':1'));
});

test('signing out leaves nothing at all in the store', async () => {
  const { kept, traces, write } = browser();
  await traces().entered(':1');
  await write(':1');
  await traces().clear(':1');
  assert.deepEqual([...kept], []);
});

test('what a store that was away at the sign-out still holds, the next one who comes clears away', async () => {
  const { database, traces, write, left } = browser();
  await traces().entered(':1');
  await write(':1');
  database.works = false;
  await traces().clear(':1');
  database.works = true;
  assert.equal(database.rows.length, 1);
  await traces().entered(':2');
  assert.deepEqual(database.rows, []);
  assert.deepEqual(await left(':1'), none);
});
