// test/poller.test.js — When the log is asked instead of heard, and how often.

import test from 'node:test';
import assert from 'node:assert/strict';
import { Poller } from '../src/app/poller.js';
import { Problem } from '../src/net/problem.js';
import { still } from './support/timers.js';

const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

// A client whose handshakes have failed `failures` times, and a server that answers as `answer`
// does.
function begin(t, { failures = 3, status = 'waiting', answer = async () => {} } = {}) {
  const clock = still(t, ['setTimeout', 'Date'], 1_000_000);
  globalThis.document = { visibilityState: 'visible' };
  const app = { state: { cursor: 5 }, asked: [], told: [] };
  app.session = {
    isShutOut: ({ code }) => code === 'account_disabled' && (app.poller.stop(), app.told.push(code), true),
  };
  app.log = { ask: () => (app.asked.push(Date.now()), answer(app)) };
  app.connection = { link: { status }, socket: { failures }, tell: () => app.told.push(app.poller.works) };
  app.poller = new Poller(app);
  t.after(() => app.poller.stop());
  const pass = async (ms) => {
    for (const end = Date.now() + ms; Date.now() < end;) {
      clock.tick(100);
      await settle();
    }
  };
  return { app, pass };
}

test('a broken connection alone is no reason to ask: it takes three handshakes, or a quarter of a minute', async (t) => {
  const { app, pass } = begin(t, { failures: 1 });
  app.poller.look();
  await pass(14_000);
  assert.equal(app.asked.length, 0);
  await pass(2_000);
  assert.equal(app.asked.length, 1);
  assert.deepEqual(app.told, [true]);

  app.connection.link.status = 'online';
  app.poller.look();
  assert.deepEqual(app.told, [true, false]);
  app.connection.link.status = 'waiting';
  app.connection.socket.failures = 3;
  app.poller.look();
  await pass(100);
  assert.equal(app.asked.length, 2);
});

test('it asks every few seconds, slower while nothing happens, soon after something of ours', async (t) => {
  const { app, pass } = begin(t);
  app.poller.look();
  await pass(120_000);
  const gaps = app.asked.slice(1).map((at, i) => at - app.asked[i]);
  assert.ok(gaps[0] >= 2_400 && gaps.every((gap) => gap <= 18_200), `${gaps}`);
  assert.ok(gaps.at(-1) >= 11_900, `${gaps}`);
  const before = app.asked.length;
  app.poller.soon();
  await pass(600);
  assert.equal(app.asked.length, before + 1);
  for (let i = 0; i < 3; i++) app.poller.look();
  await pass(100);
  assert.equal(app.asked.length, before + 1);
});

test('a failure is not called limited; the server says when to ask again', async (t) => {
  const { app, pass } = begin(t, {
    answer: async () => Promise.reject(new Problem({ code: 'rate_limited', status: 429, retry_after: 40 })),
  });
  app.poller.look();
  await pass(39_000);
  assert.deepEqual([app.asked.length, app.told], [1, []]);
  await pass(3_000);
  assert.equal(app.asked.length, 2);
});

test('whoever is shut out is told so, and asks no more', async (t) => {
  const { app, pass } = begin(t, {
    answer: async () => Promise.reject(new Problem({ code: 'account_disabled', status: 403 })),
  });
  app.poller.look();
  await pass(120_000);
  assert.deepEqual([app.asked.length, app.told], [1, ['account_disabled']]);
});

test('nothing is asked while nobody looks, and at once when somebody does', async (t) => {
  const { app, pass } = begin(t);
  app.poller.look();
  await pass(100);
  assert.equal(app.asked.length, 1);
  document.visibilityState = 'hidden';
  await pass(120_000);
  assert.equal(app.asked.length, 1);
  document.visibilityState = 'visible';
  app.poller.look();
  await pass(100);
  assert.equal(app.asked.length, 2);
});
