// test/app.test.js — The client's parts that need no server: what they tell, how often, and what
// they leave alone.

import test from 'node:test';
import assert from 'node:assert/strict';
import { Outgoing } from '../src/app/outgoing.js';
import { ReadMarks } from '../src/app/read_marks.js';
import { Session } from '../src/app/session.js';
import { Tabs } from '../src/app/tabs.js';
import { Typing } from '../src/app/typing.js';
import { still } from './support/timers.js';

const settle = () => new Promise((resolve) => setImmediate(resolve));

// A client of which only what a test gives is there. `done` has what was dispatched, by type.
function client(parts) {
  const done = [];
  return { state: {}, dispatch: (action) => done.push(action.type), done, ...parts };
}

test('typing is told every two and a half seconds a room, and anew after a message', (t) => {
  const clock = still(t, ['Date'], 1_000_000);
  const told = [];
  const socket = { notify: (type, payload) => told.push([type, payload.room_id]) };
  const typing = new Typing(client({ connection: { socket } }));
  const tellIn = (ms, room) => (clock.tick(ms), typing.tell(room));

  tellIn(0, 1);
  tellIn(2_400, 1);
  assert.deepEqual(told, [['typing', 1]]);
  tellIn(100, 1);
  tellIn(0, 2);
  assert.equal(told.length, 3);
  typing.ended();
  tellIn(0, 2);
  assert.equal(told.length, 4);
});

test('what somebody types ends by itself, and our own typing is not shown to us', (t) => {
  const clock = still(t, ['setTimeout', 'Date'], 1_000_000);
  const app = client({ state: { me: { id: 7 } } });
  const typing = new Typing(app);

  typing.heard({ room_id: 1, user_id: 7, expires_in: 5 }, Date.now());
  assert.deepEqual(app.done, []);
  typing.heard({ room_id: 1, user_id: 8, expires_in: 5 }, Date.now());
  typing.endLater({ typing: { 1: Date.now() + 5_000 } });
  clock.tick(5_000);
  assert.deepEqual(app.done, ['typing']);
  clock.tick(20);
  assert.deepEqual(app.done, ['typing', 'typing_ended']);
});

test('a read mark is asked for once on a connection, never backwards, and again when it failed', async () => {
  const asked = [];
  let fail = false;
  const socket = { request: async (_, { seq }) => (asked.push(seq), fail && Promise.reject(new Error('gone'))) };
  const connection = { online: true, poller: { works: false }, socket };
  const marks = new ReadMarks(client({ state: { rooms: { 1: { read_seq: 3 } } }, connection }));

  for (const seq of [3, 5, 5, 4]) marks.mark(1, seq);
  marks.mark(2, 9); // no such room
  assert.deepEqual(asked, [5]);
  fail = true;
  marks.mark(1, 6);
  await settle();
  marks.mark(1, 6);
  assert.deepEqual(asked, [5, 6, 6]);
  marks.begin();
  marks.mark(1, 5);
  assert.deepEqual(asked, [5, 6, 6, 5]);
});

test('without a connection read marks go by REST, but only where asking works', () => {
  const asked = [];
  const rest = { read: async (roomId, seq) => asked.push(seq) };
  const connection = { online: false, poller: { works: false, soon: () => {} } };
  const marks = new ReadMarks(client({ state: { rooms: { 1: { read_seq: 0 } } }, connection, rest }));

  marks.mark(1, 1);
  assert.deepEqual(asked, []);
  connection.poller.works = true;
  marks.mark(1, 1);
  assert.deepEqual(asked, [1]);
});

test('a message that is in no outbox is not sent, and its retry keeps it first', async () => {
  const kept = [];
  const box = { add: async () => Promise.reject(new Error('full')) };
  const app = client({ texts: { box }, tabs: { tell: () => {} }, session: { owner: 'me' } });
  const outgoing = new Outgoing(app);
  outgoing.sender = { kick: () => kept.push('kick') };
  const item = { id: 'a', roomId: 1, content: 'x', createdAt: '2026-01-01T00:00:00Z' };

  await outgoing.keep(item);
  assert.deepEqual([app.done, kept], [['outbox_failed'], []]);
  app.state.outbox = [{ ...item, saved: false }];
  box.add = async ({ id, owner }) => kept.push(`${owner}:${id}`);
  await outgoing.retry('a');
  assert.deepEqual(app.done, ['outbox_failed', 'outbox_waiting', 'outbox_saved']);
  assert.deepEqual(kept, ['me:a', 'kick']);
});

test('what the log has brought leaves the outbox, unless another person has come', () => {
  const removed = [];
  const box = { remove: async (id) => removed.push(id) };
  const outgoing = new Outgoing(client({ texts: { box } }));
  const me = { id: 1 };

  outgoing.removeTold({ me, outbox: [{ id: 'b' }] }, { me, outbox: [{ id: 'a' }, { id: 'b' }] });
  outgoing.removeTold({ me: { id: 2 }, outbox: [] }, { me, outbox: [{ id: 'c' }] });
  assert.deepEqual(removed, ['a']);
});

test('tabs hear each other: a sign-out forgets the texts, a closed window makes room, all else reloads the outbox', async (t) => {
  const did = [];
  const app = client({
    connection: { roomMade: () => did.push('room') },
    outgoing: { reload: () => did.push('reload') },
    texts: { forget: () => did.push('forget') },
  });
  const [here, there] = [new Tabs(app), new Tabs(client())];
  for (const tabs of [here, there]) {
    tabs.begin('test:1');
    t.after(() => tabs.stop());
  }

  for (const word of ['left', 'closed', 'outbox']) there.tell(word);
  for (let i = 0; i < 2000 && did.length < 3; i++) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(did, ['forget', 'room', 'reload']);
  here.stop();
  here.tell('left'); // a channel that is closed is no failure
});

test('whoever is not known any more is signed out; other failures are not that', () => {
  const app = client({ tokens: { session: null }, texts: { drop: () => {} } });
  for (const part of ['connection', 'outgoing', 'tabs', 'typing', 'log'])
    app[part] = { stop: () => app.done.push(part) };
  const session = new Session(app);

  assert.equal(session.isShutOut({ code: 'unavailable' }), false);
  assert.deepEqual(app.done, []);
  assert.equal(session.isShutOut({ code: 'account_disabled' }), true);
  assert.deepEqual(app.done, ['connection', 'outgoing', 'tabs', 'typing', 'log', 'signed_out']);
});
