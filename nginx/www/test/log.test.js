// test/log.test.js — However the log and the snapshots arrive, the state ends as a fresh fetch
// would have it.

import test from 'node:test';
import assert from 'node:assert/strict';
import { initialState, reduce } from '../src/state/reducer.js';
import { World, randomFrom } from './support/world.js';

const me = 1;
const page = 20;

function signedIn(world) {
  const state = reduce(initialState(), { type: 'signed_in', me: { id: me } });
  return reduce(state, { type: 'restarted', cursor: world.head(me), epoch: world.epoch });
}

function fetched(state, world) {
  const rooms = world.roomsOf(me).map((room) => world.view(room, me));
  const next = reduce(state, { type: 'rooms_page', rooms, next: null, asOf: state.cursor });
  return reduce(next, { type: 'ready', totalUnread: world.total(me) });
}

const pageOf = (world, room, from, to) => ({
  type: 'messages_page',
  roomId: room.id,
  messages: world.page(room, me, from, to),
});

function synced(state, world) {
  let next = state;
  while (next.gap || next.missingRooms.length > 0) {
    if (next.gap)
      next = reduce(next, {
        type: 'synced',
        events: world.events(me, next.cursor),
        cursor: world.head(me),
        epoch: world.epoch,
        now: 0,
      });
    for (const id of next.missingRooms) {
      const room = world.rooms.find((one) => one.id === id);
      next = reduce(next, { type: 'room', room: world.view(room, me), asOf: next.cursor });
    }
  }
  return next;
}

// Something happens in the world.
function live(world, random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const mine = world.roomsOf(me);
  const room = pick(mine);
  const dice = random();
  if (dice < 0.06 && mine.length < world.users.length - 1)
    return void world.addRoom(me, world.users.filter((id) => id !== me)[mine.length]);
  const [a, b] = [...room.marks.keys()];
  const who = pick([a, b]);
  if (dice < 0.62 || room.messages.length === 0) world.send(room, who, `text ${random()}`);
  else if (dice < 0.92) world.read(room, who, 1 + Math.floor(random() * room.messages.length));
  else world.block(me, a === me ? b : a, random() < 0.5);
}

// Loses, repeats and shuffles events as no server would.
function mangled(events, random) {
  const out = events.flatMap((event) => (random() < 0.25 ? [] : random() < 0.2 ? [event, event] : [event]));
  for (let i = 0; i + 1 < out.length; i++) if (random() < 0.3) [out[i], out[i + 1]] = [out[i + 1], out[i]];
  return random() < 0.3 ? [...out, ...events.slice(0, 2)] : out;
}

test('random losses, repeats, reorderings and late snapshots end equal to a fresh fetch', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = randomFrom(seed);
    const world = new World([1, 2, 3, 4, 5]);
    world.addRoom(me, 2);
    for (let i = 0; i < 10; i++) live(world, random);
    let state = signedIn(world);
    for (let i = 0; i < 3; i++) live(world, random);
    state = fetched(state, world);
    const opened = world.rooms[0];
    state = reduce(state, pageOf(world, opened, opened.messages.length - page, opened.messages.length));

    for (let round = 0; round < 12; round++) {
      const from = world.head(me);
      // A snapshot taken now, but answered only after what follows.
      const early = { type: 'room', room: world.view(opened, me), asOf: state.cursor };
      const early_page = pageOf(world, opened, opened.messages.length - page, opened.messages.length);
      for (let i = 0; i < 1 + random() * 6; i++) live(world, random);
      for (const event of mangled(world.events(me, from), random))
        state = reduce(state, { type: 'event', event, now: 0 });
      if (random() < 0.5) state = reduce(state, early);
      if (random() < 0.5) state = reduce(state, early_page);
      if (random() < 0.3) state = reduce(state, { type: 'head_seen', cursor: world.head(me) });
      if (random() < 0.5) state = synced(state, world);
    }

    state = synced(reduce(state, { type: 'head_seen', cursor: world.head(me) }), world);
    const fresh = fetched(signedIn(world), world);
    assert.equal(state.cursor, fresh.cursor, `seed ${seed}: cursor`);
    assert.deepEqual(state.rooms, fresh.rooms, `seed ${seed}: rooms`);
    assert.equal(state.totalUnread, fresh.totalUnread, `seed ${seed}: total`);
    assert.deepEqual(state.early, {}, `seed ${seed}: nothing is held`);
    const { messages } = state.timelines[opened.id];
    if (messages.length)
      assert.deepEqual(
        messages,
        world.page(opened, me, messages[0].seq, messages.at(-1).seq),
        `seed ${seed}: run without holes`,
      );
  }
});

test('an event counts only when its cursor is the next one', () => {
  const world = new World([1, 2]);
  const room = world.addRoom(me, 2);
  const state = fetched(signedIn(world), world);
  world.send(room, 2, 'first');
  world.send(room, 2, 'second');
  const [first, second] = world.events(me, 1);

  const ahead = reduce(state, { type: 'event', event: second, now: 0 });
  assert.equal(ahead.cursor, 1);
  assert.equal(ahead.gap, true);
  assert.equal(ahead.rooms[room.id].last_seq, 0);

  const both = reduce(ahead, { type: 'event', event: first, now: 0 });
  assert.equal(both.cursor, 3);
  assert.equal(both.gap, false);
  assert.equal(both.rooms[room.id].last_message.content, 'second');
  for (const event of [first, second]) assert.equal(reduce(both, { type: 'event', event, now: 0 }), both);
});

test('events of another epoch are not applied', () => {
  const world = new World([1, 2]);
  const room = world.addRoom(me, 2);
  const state = fetched(signedIn(world), world);
  world.send(room, 2, 'hello');
  assert.equal(
    reduce(state, { type: 'synced', events: world.events(me, 1), cursor: 2, epoch: 'other', now: 0 }),
    state,
  );
});

test('what is held above a hole has a bound', () => {
  let state = { ...initialState(), me: { id: me }, cursor: 0, epoch: 'k3f9' };
  for (let cursor = 2; cursor < 2000; cursor++)
    state = reduce(state, { type: 'event', event: { type: 'later', cursor, payload: {} }, now: 0 });
  assert.ok(Object.keys(state.early).length <= 500);
  assert.equal(state.gap, true);
  assert.equal(state.head, 1999);
});

test('an event of an unknown type moves the cursor and nothing else', () => {
  const state = { ...initialState(), me: { id: me }, cursor: 4, epoch: 'k3f9' };
  const next = reduce(state, {
    type: 'event',
    event: { type: 'reaction_added', cursor: 5, payload: { x: 1 } },
    now: 0,
  });
  assert.deepEqual({ ...next, cursor: 4, head: 0 }, state);
  assert.equal(next.cursor, 5);
});

test('a message that nobody looks at gets the divider above it', () => {
  const world = new World([1, 2]);
  const room = world.addRoom(me, 2);
  let state = fetched(signedIn(world), world);
  state = reduce(state, { type: 'opened', roomId: room.id });
  state = reduce(state, { type: 'focus', focused: false });
  world.send(room, 2, 'are you there?');
  world.send(room, 2, 'hello?');
  for (const event of world.events(me, 1)) state = reduce(state, { type: 'event', event, now: 0 });
  assert.equal(state.open.divider, 0);
  assert.equal(state.arrivals.length, 2);
});

test('restarting keeps what is unsent and forgets the rest', () => {
  const world = new World([1, 2]);
  world.addRoom(me, 2);
  let state = fetched(signedIn(world), world);
  state = reduce(state, { type: 'outbox_added', item: { id: 'a', roomId: 100, content: 'x', createdAt: '' } });
  state = reduce(state, { type: 'restarted', cursor: 9, epoch: 'new' });
  assert.deepEqual(state.rooms, {});
  assert.equal(state.outbox.length, 1);
  assert.equal(state.cursor, 9);
});

test('a room that is left keeps its newest messages only, as one run', () => {
  const world = new World([1, 2]);
  const room = world.addRoom(me, 2);
  for (let i = 0; i < 1000; i++) world.send(room, 2, `m${i}`);
  let state = reduce(fetched(signedIn(world), world), { type: 'opened', roomId: room.id });
  state = reduce(state, pageOf(world, room, 1, 1000));
  state = reduce(state, { type: 'closed' });
  const { messages } = state.timelines[room.id];
  assert.equal(messages.length, 200);
  assert.equal(messages.at(-1).seq, 1000);
});
