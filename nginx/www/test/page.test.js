// test/page.test.js — What the browser tells of the page, and what it does not: that the machine
// was asleep.

import test from 'node:test';
import assert from 'node:assert/strict';
import { watchPage } from '../src/app/page.js';
import { still } from './support/timers.js';

function begin(t) {
  const clock = still(t, ['setInterval']);
  const time = { now: 1_000_000 };
  globalThis.window = new EventTarget();
  globalThis.document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  const told = [];
  const tell = (name) => () => told.push(name);
  const end = watchPage({
    look: tell('look'),
    wake: tell('wake'),
    leave: tell('leave'),
    offline: tell('offline'),
    clock: () => time.now,
  });
  t.after(end);
  const happens = (target, type, more = {}) => (
    told.splice(0),
    target.dispatchEvent(Object.assign(new Event(type), more)),
    [...told]
  );
  const pass = (ms, asleep = 0) => {
    time.now += asleep;
    for (let i = 0; i < ms; i += 5_000) {
      time.now += 5_000;
      clock.tick(5_000);
    }
  };
  return { told, end, happens, pass };
}

test('whoever looks again, comes out of the cache or has a network again wakes it up', (t) => {
  const { happens, end } = begin(t);
  assert.deepEqual(happens(document, 'visibilitychange'), ['look', 'wake']);
  assert.deepEqual(happens(window, 'pageshow', { persisted: true }), ['wake']);
  assert.deepEqual(happens(window, 'online'), ['wake']);
  assert.deepEqual(happens(window, 'pageshow', { persisted: false }), []);
  assert.deepEqual(happens(window, 'focus'), ['look']);
  assert.deepEqual(happens(window, 'pagehide'), ['leave']);
  assert.deepEqual(happens(window, 'offline'), ['offline']);
  document.visibilityState = 'hidden';
  assert.deepEqual(happens(document, 'visibilitychange'), ['look']);
  end();
  assert.deepEqual(happens(window, 'online'), []);
});

test('a machine that slept with the page in view wakes it up, a clock that runs does not', (t) => {
  const { told, pass } = begin(t);
  pass(60_000);
  assert.deepEqual(told, []);
  pass(5_000, 600_000);
  assert.deepEqual(told, ['wake']);
  document.visibilityState = 'hidden';
  pass(5_000, 600_000);
  assert.deepEqual(told, ['wake']);
});
