// test/locks.test.js — One holder at a time among tabs without Web Locks, whatever becomes of the
// holder; and pages that are left.

import test from 'node:test';
import assert from 'node:assert/strict';
import { TabLock } from '../src/net/tab_lock.js';

// The window that locks.js listens to.
const page = new EventTarget();
globalThis.addEventListener = page.addEventListener.bind(page);
const { withLock } = await import('../src/net/locks.js');

const beat = 20;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// One store for all tabs, changed in one step, as Vault promises.
class SharedVault {
  map = new Map();
  get = async (key) => this.map.get(key);
  change = async (key, rule) => {
    await pause(1);
    const after = rule(this.map.get(key));
    if (after === undefined) this.map.delete(key);
    else this.map.set(key, after);
    return after;
  };
}

// Tabs with a channel of their own each; messages between them are real.
function tabs(t, count) {
  const vault = new SharedVault();
  const name = `locks-${Math.random()}`;
  const all = Array.from(
    { length: count },
    (_, i) => new TabLock({ vault, channel: new BroadcastChannel(name), id: `tab-${i}`, beat }),
  );
  t.after(() => all.forEach(({ channel }) => channel.close()));
  return { vault, all };
}

test('of ten tabs that want it at once each gets it, and no two together', async (t) => {
  const { vault, all } = tabs(t, 10);
  let inside = 0;
  let done = 0;
  const work = async ({ sure, alone }) => {
    assert.deepEqual([++inside, alone, await sure()], [1, false, true]);
    await pause(3);
    inside--;
    done++;
  };
  await Promise.all(all.map((tab) => tab.request('x', work, {})));
  assert.equal(done, 10);
  assert.equal(vault.map.size, 0);
});

test('a holder that answers keeps it for as long as it wants', async (t) => {
  const {
    all: [holder, other],
  } = tabs(t, 2);
  let held = true;
  const first = holder.request(
    'x',
    async () => {
      await pause(beat * 30);
      held = false;
    },
    {},
  );
  await pause(beat);
  await other.request('x', async () => assert.equal(held, false), {});
  await first;
});

test('the place of one that does not answer any more is taken, and it finds that out', async (t) => {
  const {
    all: [asleep, other],
  } = tabs(t, 2);
  let wake;
  const sleeping = new Promise((resolve) => (wake = resolve));
  const first = asleep.request(
    'x',
    async ({ sure }) => {
      assert.equal(await sure(), true);
      asleep.channel.onmessage = null; // as in the browser's cache
      await sleeping;
      return sure();
    },
    {},
  );
  await pause(beat * 2);
  await other.request(
    'x',
    async ({ sure }) => {
      assert.equal(await sure(), true);
      wake();
      assert.equal(await first, false);
      assert.equal(await sure(), true, 'one that was robbed gives nothing back');
    },
    {},
  );
});

test('a lock of a crashed tab is had after several silences, not before', async (t) => {
  const {
    vault,
    all: [tab],
  } = tabs(t, 1);
  vault.map.set('lock:x', { holder: 'crashed' });
  let asked = 0;
  const { postMessage } = tab.channel;
  tab.channel.postMessage = (told) => ((asked += told.type === 'ask' ? 1 : 0), postMessage.call(tab.channel, told));
  await tab.request('x', async () => {}, {});
  assert.equal(asked, 8);
});

test('whoever has waited for long enough is told so', async (t) => {
  const {
    all: [holder, other],
  } = tabs(t, 2);
  let end;
  const first = holder.request('x', () => new Promise((resolve) => (end = resolve)), {});
  await pause(beat);
  await assert.rejects(
    other.request('x', async () => assert.fail(), { patience: (3 * beat) / 1000 }),
    { code: 'busy' },
  );
  end();
  await first;
});

test('a failure gives it back', async (t) => {
  const {
    all: [one, two],
  } = tabs(t, 2);
  await assert.rejects(
    one.request('x', async () => Promise.reject(new Error('mine')), {}),
    /mine/,
  );
  assert.equal(await two.request('x', async () => 'had', {}), 'had');
});

test('where tabs can agree on nothing the work is done, alone, one after the other in this tab', async () => {
  const none = new TabLock({
    vault: { change: () => Promise.reject(new Error('no store')) },
    channel: new BroadcastChannel('none'),
  });
  assert.equal(await none.request('x', async ({ alone, sure }) => alone && sure(), {}), true);
  none.channel.close();

  // One that is only slow is waited for, and one that has worked is not given up.
  const slow = new TabLock({ vault: new SharedVault(), channel: new BroadcastChannel('slow'), beat });
  const { change } = slow.vault;
  let failures = 3;
  slow.vault.change = async (...args) =>
    failures-- > 0 ? Promise.reject(new DOMException('late', 'TimeoutError')) : change(...args);
  assert.equal(await slow.request('x', async ({ alone }) => alone, {}), false);
  slow.vault.change = () => Promise.reject(new Error('lost'));
  await assert.rejects(
    slow.request('x', async () => assert.fail(), { patience: (5 * beat) / 1000 }),
    { code: 'busy' },
  );
  slow.channel.close();

  const seen = [];
  const work =
    (n) =>
    async ({ alone }) => (seen.push(n), await pause(2), seen.push(-n), alone);
  assert.deepEqual(await Promise.all([withLock('y', work(1)), withLock('y', work(2))]), [true, true]);
  assert.deepEqual(seen, [1, -1, 2, -2]);
});

test('a page that is left gives back what it holds and begins nothing until it is back', async () => {
  let end;
  let signal;
  const held = withLock('z', (lock) => ((signal = lock.signal), new Promise((resolve) => (end = resolve))));
  const waiting = withLock('z', async () => assert.fail());
  await pause(5);
  page.dispatchEvent(new Event('pagehide'));
  await assert.rejects(held, { code: 'network' });
  await assert.rejects(waiting, { code: 'network' });
  assert.equal(signal.aborted, true);
  await assert.rejects(
    withLock('z', async () => assert.fail()),
    { code: 'network' },
  );
  end();
  page.dispatchEvent(new Event('pageshow'));
  assert.equal(await withLock('z', async () => 'back'), 'back');
});
