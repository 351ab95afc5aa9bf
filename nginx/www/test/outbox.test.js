// test/outbox.test.js — Bubbles and what becomes of them; the sender's order and exactly-once.

import test from 'node:test';
import assert from 'node:assert/strict';
import { initialState, reduce } from '../src/state/reducer.js';
import { Outbox } from '../src/net/outbox.js';
import { Sender } from '../src/net/sender.js';
import { Problem } from '../src/net/problem.js';
import { World } from './support/world.js';
import { still } from './support/timers.js';

const me = 1;
const item = (id, roomId = 100) => ({ id, roomId, content: `text of ${id}`, createdAt: '2024-03-14T12:00:00Z' });

function world_and_state() {
  const world = new World([1, 2]);
  const room = world.addRoom(me, 2);
  let state = reduce(initialState(), { type: 'signed_in', me: { id: me } });
  state = reduce(state, { type: 'restarted', cursor: world.head(me), epoch: world.epoch });
  state = reduce(state, { type: 'rooms_page', rooms: [world.view(room, me)], next: null, asOf: 1 });
  state = reduce(state, { type: 'messages_page', roomId: room.id, messages: [] });
  return { world, room, state };
}

const shown = (state) => [...state.timelines[100].messages, ...state.outbox].map((one) => one.content);

test('a bubble turns into its message and is never there twice', () => {
  const { world, room, state } = world_and_state();
  let next = reduce(state, { type: 'outbox_added', item: { ...item('m1'), content: 'hi' } });
  next = reduce(next, { type: 'outbox_sending', id: 'm1' });
  const message = world.send(room, me, 'hi', 'm1');
  const event = { type: 'event', event: world.events(me, 1)[0], now: 0 };
  const stored = { type: 'outbox_stored', id: 'm1', message };

  for (const actions of [[event, stored], [stored, event], [stored, stored, event], [event]]) {
    const end = actions.reduce((now, action) => {
      const after = reduce(now, action);
      assert.deepEqual(shown(after), ['hi']);
      return after;
    }, next);
    assert.deepEqual(end.outbox, []);
  }
});

test('a page that brings the message takes its bubble away', () => {
  const { world, room, state } = world_and_state();
  const next = reduce(state, { type: 'outbox_added', item: { ...item('m1'), content: 'hi' } });
  world.send(room, me, 'hi', 'm1');
  assert.deepEqual(
    shown(reduce(next, { type: 'messages_page', roomId: room.id, messages: world.page(room, me, 1, 9) })),
    ['hi'],
  );
});

test('a refusal marks the bubble, and cannot_message the room', () => {
  const { state } = world_and_state();
  let next = reduce(state, { type: 'outbox_added', item: item('m1') });
  next = reduce(next, { type: 'outbox_failed', id: 'm1', code: 'cannot_message' });
  assert.equal(next.outbox[0].status, 'failed');
  assert.equal(next.refused[100], true);
  const two = reduce(reduce(next, { type: 'outbox_added', item: item('m2') }), {
    type: 'outbox_failed',
    id: 'm2',
    code: 'cannot_message',
  });
  const one = reduce(two, { type: 'outbox_discarded', id: 'm1' });
  assert.equal(one.refused[100], true);
  const none = reduce(one, { type: 'outbox_discarded', id: 'm2' });
  assert.deepEqual([none.outbox, none.refused], [[], {}]);
});

test('reading the store again drops what another tab sent, and keeps what is not written yet', () => {
  const { state } = world_and_state();
  let next = reduce(state, { type: 'outbox_added', item: item('gone') });
  next = reduce(next, { type: 'outbox_saved', id: 'gone' });
  next = reduce(next, { type: 'outbox_added', item: item('fresh') });
  next = reduce(next, { type: 'outbox_loaded', items: [{ ...item('other'), code: null }] });
  assert.deepEqual(
    next.outbox.map(({ id, status }) => [id, status]),
    [
      ['other', 'waiting'],
      ['fresh', 'waiting'],
    ],
  );
});

test('a store that is read late brings no bubble back for a message that is shown', () => {
  const { world, room, state } = world_and_state();
  const items = [{ ...item('m1'), content: 'hi', code: null }];
  const message = world.send(room, me, 'hi', 'm1');
  const by_log = { type: 'event', event: world.events(me, 1)[0], now: 0 };
  const by_page = { type: 'messages_page', roomId: room.id, messages: world.page(room, me, 1, 9) };
  for (const shown_by of [by_log, by_page]) {
    const actions = [
      shown_by,
      { type: 'outbox_loaded', items },
      { type: 'outbox_sending', id: 'm1' },
      { type: 'outbox_stored', id: 'm1', message },
    ];
    assert.deepEqual(shown(actions.reduce(reduce, state)), ['hi']);
  }
});

// --- the sender ----------------------------------------------------------------------------------

const idle = () => new Promise((resolve) => setTimeout(resolve, 5));

// Polls: how long a loaded machine takes is not what is tested.
async function until(ask) {
  for (const end = Date.now() + 10_000; !(await ask()) && Date.now() < end;) await idle();
}
const emptied = (box, owner = 'u') => until(async () => (await box.list(owner)).every(({ code }) => code));

async function sender_with(items, deliver, owner = 'u') {
  const box = new Outbox({ run: () => Promise.reject(new Error('no store')) });
  for (const one of items) await box.add({ ...one, owner, code: null });
  const told = [];
  const on = {
    sending: (id) => told.push(['sending', id]),
    waiting: (id) => told.push(['waiting', id]),
    stored: (id) => told.push(['stored', id]),
    failed: (id, code) => told.push(['failed', id, code]),
  };
  const sender = new Sender({ box, owner, deliver, on, lock: (_, work) => work(), random: () => 0 });
  return { box, told, sender };
}

test('messages go out in the order in which they were written, one at a time', async () => {
  const sent = [];
  let busy = 0;
  const { sender, box } = await sender_with([item('a'), item('b'), item('c')], async ({ id }) => {
    assert.equal(busy++, 0);
    await idle();
    busy--;
    sent.push(id);
    return {};
  });
  sender.kick();
  sender.kick();
  await emptied(box);
  assert.deepEqual(sent, ['a', 'b', 'c']);
  assert.deepEqual(await box.list('u'), []);
});

test('without an answer the same message is sent again before any later one', async (t) => {
  const clock = still(t, ['setTimeout']);
  const sent = [];
  const { sender, told } = await sender_with([item('a'), item('b')], async ({ id }) => {
    sent.push(id);
    if (sent.length < 3) throw new Problem({ code: 'network' });
    return {};
  });
  sender.kick();
  for (let i = 0; i < 10; i++) {
    for (let j = 0; j < 20; j++) await Promise.resolve();
    clock.tick(1000);
  }
  assert.deepEqual(sent, ['a', 'a', 'a', 'b']);
  assert.deepEqual(
    told.filter(([what]) => what === 'stored').map(([, id]) => id),
    ['a', 'b'],
  );
});

test('a refused message is marked and does not hold up the others; a retry sends it with its id', async () => {
  let refuse = true;
  const sent = [];
  const { sender, box, told } = await sender_with([item('a'), item('b')], async ({ id }) => {
    if (id === 'a' && refuse) throw new Problem({ code: 'cannot_message', status: 403 });
    sent.push(id);
    return {};
  });
  sender.kick();
  await until(() => told.at(-1)?.[0] === 'stored');
  assert.deepEqual(sent, ['b']);
  assert.deepEqual(
    (await box.list('u')).map(({ id, code }) => [id, code]),
    [['a', 'cannot_message']],
  );
  assert.deepEqual(told.at(-1), ['stored', 'b']);

  refuse = false;
  await box.mark('a', null);
  sender.kick();
  await emptied(box);
  assert.deepEqual(sent, ['b', 'a']);
});

test('a limit is waited for as long as the server says', async (t) => {
  const clock = still(t, ['setTimeout']);
  let tries = 0;
  const { sender } = await sender_with([item('a')], async () => {
    if (++tries === 1) throw new Problem({ code: 'rate_limited', status: 429, retry_after: 7 });
    return {};
  });
  const settle = async () => {
    for (let j = 0; j < 20; j++) await Promise.resolve();
  };
  sender.kick();
  await settle();
  clock.tick(6900);
  await settle();
  assert.equal(tries, 1);
  clock.tick(200);
  await settle();
  assert.equal(tries, 2);
});

test('messages of another user of this browser stay where they are', async () => {
  const sent = [];
  const { sender, box } = await sender_with([item('a')], async ({ id }) => sent.push(id), 'u');
  await box.add({ ...item('x'), owner: 'somebody', code: null });
  sender.kick();
  await emptied(box);
  assert.deepEqual(sent, ['a']);
  assert.equal((await box.list('somebody')).length, 1);
});
