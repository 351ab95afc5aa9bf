// test/traces.test.js — What somebody has left in the browser is not there for the next one.

import test from 'node:test';
import assert from 'node:assert/strict';
import { Drafts } from '../src/app/drafts.js';
import { Traces } from '../src/app/traces.js';
import { MemoryOutbox } from '../src/net/outbox.js';

function browser() {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, String(value)), removeItem: (key) => void kept.delete(key) };
  const box = new MemoryOutbox();
  const traces = (source = '') => new Traces({ source, boxOpened: Promise.resolve(box), storage });
  const write = async (owner) => {
    new Drafts(owner, storage).save(12, `draft of ${owner}`);
    await box.add({ id: `m-${owner}`, owner, roomId: 12, content: 'unsent', createdAt: '', code: null });
  };
  const left = async (owner) => [new Drafts(owner, storage).all(), (await box.list(owner)).length];
  return { kept, traces, write, left };
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
