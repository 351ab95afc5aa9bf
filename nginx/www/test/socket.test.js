// test/socket.test.js — Connecting, resuming, refreshing and giving up, on a clock of our own.

import test from 'node:test';
import assert from 'node:assert/strict';
import { ChatSocket } from '../src/net/socket.js';
import { Problem } from '../src/net/problem.js';
import { backoff } from '../src/net/backoff.js';
import { still } from './support/timers.js';

class FakeWebSocket {
  static all = [];
  readyState = 0;
  sent = [];
  closed = false;
  constructor(url, protocols) {
    Object.assign(this, { url, protocols });
    FakeWebSocket.all.push(this);
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.closed = true;
    this.readyState = 3;
  }
  opens() {
    this.readyState = 1;
    this.onopen?.();
  }
  hears(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  ends(code) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

function begin(
  t,
  {
    random = () => 0.5,
    token = async () => 'token-1',
    position = () => ({ cursor: 7, epoch: 'e' }),
    resync = async () => {},
  } = {},
) {
  const clock = still(t, ['setTimeout', 'Date'], 1_000_000);
  FakeWebSocket.all = [];
  const links = [];
  const frames = [];
  const asked = [];
  const socket = new ChatSocket({
    url: 'ws://x/ws',
    WebSocket: FakeWebSocket,
    random,
    now: () => Date.now(),
    handlers: {
      token: (want) => (asked.push(want), token(want)),
      position,
      resync,
      frame: (frame) => frames.push(frame),
      link: (link) => links.push(link),
    },
  });
  t.after(() => socket.stop());
  socket.start();
  const last = () => FakeWebSocket.all.at(-1);
  const connect = async (welcome = {}) => {
    await settle();
    last().opens();
    last().hears({
      type: 'welcome',
      id: last().sent[0].id,
      payload: { token_ttl: 900, ping_interval: 25, ...welcome },
    });
    return last();
  };
  return { socket, links, frames, asked, last, connect, tick: (ms) => clock.tick(ms) };
}

test('hello bears token and position, and no credential is in the address', async (t) => {
  const { last, links, connect } = begin(t);
  const ws = await connect();
  assert.equal(ws.url, 'ws://x/ws');
  assert.deepEqual(ws.sent[0].payload, { token: 'token-1', cursor: 7, epoch: 'e' });
  assert.deepEqual(
    links.map(({ status }) => status),
    ['connecting', 'online'],
  );
  assert.equal(last(), ws);
});

test('a request gets its own reply; an error frame rejects with the problem', async (t) => {
  const { socket, connect } = begin(t);
  const ws = await connect();
  const [one, two] = [socket.request('chat_message', { n: 1 }), socket.request('chat_message', { n: 2 })];
  const [a, b] = ws.sent.slice(-2);
  ws.hears({ type: 'error', id: b.id, payload: { code: 'rate_limited', status: 429, retry_after: 3 } });
  ws.hears({ type: 'ack', id: a.id, cursor: 8, payload: {} });
  assert.equal((await one).cursor, 8);
  await assert.rejects(
    two,
    (error) => error instanceof Problem && error.code === 'rate_limited' && error.retryAfter === 3,
  );
});

test('requests without a reply when the connection breaks are of unknown outcome', async (t) => {
  const { socket, connect } = begin(t);
  const ws = await connect();
  const asked = socket.request('chat_message', {});
  ws.ends(1006);
  await assert.rejects(asked, { code: 'network' });
  await assert.rejects(socket.request('chat_message', {}), { code: 'network' });
});

test('a request that is never answered ends the connection', async (t) => {
  const { socket, links, connect, tick } = begin(t);
  const ws = await connect();
  const asked = socket.request('chat_message', {});
  tick(15_000);
  await assert.rejects(asked, { code: 'network' });
  assert.ok(ws.closed);
  assert.equal(links.at(-1).status, 'waiting');
});

test('ping is answered with our cursor and handed on', async (t) => {
  const { frames, connect } = begin(t);
  const ws = await connect();
  ws.hears({ type: 'ping', cursor: 9 });
  assert.deepEqual(ws.sent.at(-1), { type: 'pong', cursor: 7 });
  assert.equal(frames.at(-1).type, 'ping');
});

test('silence beyond the ping interval ends the connection', async (t) => {
  const { links, connect, tick } = begin(t);
  const ws = await connect({ token_ttl: 9000 });
  tick(39_000);
  assert.ok(!ws.closed);
  ws.hears({ type: 'ping', cursor: 7 });
  tick(39_000);
  assert.ok(!ws.closed);
  tick(1_001);
  assert.ok(ws.closed);
  assert.equal(links.at(-1).status, 'waiting');
});

for (const code of [1001, 1006, 1012, 4000, 4001, 4002, 4003, 4408, 4429]) {
  test(`close ${code}: reconnects after a wait and resumes`, async (t) => {
    const { links, connect, tick, last } = begin(t);
    (await connect()).ends(code);
    assert.equal(links.at(-1).status, 'waiting');
    assert.ok(links.at(-1).retryAt > Date.now());
    tick(30_000);
    await settle();
    assert.equal(FakeWebSocket.all.length, 2);
    last().opens();
    assert.equal(last().sent[0].payload.cursor, 7);
  });
}

for (const code of [4500, 4501, 4503, 4999]) {
  test(`close ${code}: stays away until asked`, async (t) => {
    const { socket, links, connect, tick } = begin(t);
    (await connect()).ends(code);
    assert.deepEqual(links.at(-1), { status: 'stopped', retryAt: 0, code });
    tick(600_000);
    await settle();
    assert.equal(FakeWebSocket.all.length, 1);
    socket.tryNow();
    await settle();
    assert.equal(FakeWebSocket.all.length, 2);
  });
}

test('close 4504: comes back by itself, but slowly; at once when looked at or when there is room', async (t) => {
  const { socket, links, connect, last, tick } = begin(t);
  (await connect()).ends(4504);
  assert.deepEqual(links.at(-1), { status: 'stopped', retryAt: 0, code: 4504 });
  tick(29_000);
  await settle();
  assert.equal(FakeWebSocket.all.length, 1);
  tick(60_000);
  await settle();
  assert.equal(FakeWebSocket.all.length, 2);
  for (const ask of ['wake', 'roomMade', 'tryNow']) {
    const before = FakeWebSocket.all.length;
    last().opens();
    last().ends(4504);
    await settle();
    assert.equal(FakeWebSocket.all.length, before);
    socket[ask]();
    await settle();
    assert.equal(FakeWebSocket.all.length, before + 1, ask);
  }
});

test('woken up: what seems open has to answer, and is replaced when it does not', async (t) => {
  const { socket, links, connect, tick, last } = begin(t);
  const ws = await connect();
  socket.wake();
  assert.equal(links.at(-1).status, 'checking');
  const asked = ws.sent.at(-1);
  assert.equal(asked.type, 'hello');
  assert.ok(asked.id && asked.payload.token);
  ws.hears({ type: 'error', id: asked.id, payload: { code: 'invalid_argument' } });
  assert.equal(links.at(-1).status, 'online');
  tick(10_000);
  assert.ok(!ws.closed);

  const sending = socket.request('chat_message', {});
  socket.wake();
  tick(2_400);
  assert.ok(!ws.closed);
  tick(101);
  assert.ok(ws.closed);
  await assert.rejects(sending, { code: 'network' });
  await settle();
  last().opens();
  assert.equal(last().sent[0].payload.cursor, 7);
});

test('woken up: a wait ends, a handshake from before the sleep begins anew, a refusal stays', async (t) => {
  const { socket, links, connect, tick } = begin(t);
  const ws = await connect();
  ws.ends(1006);
  socket.wake();
  await settle();
  assert.equal(FakeWebSocket.all.length, 2);
  socket.wake();
  await settle();
  assert.equal(FakeWebSocket.all.length, 2);
  tick(3_001);
  socket.wake();
  await settle();
  assert.equal(FakeWebSocket.all.length, 3);
  FakeWebSocket.all.at(-1).ends(4500);
  socket.wake();
  await settle();
  assert.equal(FakeWebSocket.all.length, 3);
  assert.equal(links.at(-1).code, 4500);
});

test('a page that is left keeps no connection, and has one again when it is back', async (t) => {
  const { socket, links, connect, tick, last } = begin(t);
  const ws = await connect();
  socket.pause();
  assert.ok(ws.closed);
  assert.equal(links.at(-1).status, 'waiting');
  socket.wake();
  await settle();
  last().opens();
  assert.equal(last().sent[0].payload.cursor, 7);

  socket.pause();
  tick(5_000); // it has stayed after all
  await settle();
  assert.equal(FakeWebSocket.all.length, 3);
});

test('handshakes that come to nothing are counted until one is welcome', async (t) => {
  const { socket, connect, tick, last } = begin(t);
  for (let i = 1; i <= 4; i++) {
    await settle();
    last().ends(1006);
    assert.equal(socket.failures, i);
    tick(30_000);
  }
  await connect();
  assert.equal(socket.failures, 0);
});

test('close 4401: at once with another token, but not in a circle', async (t) => {
  const { asked, links, last, connect } = begin(t);
  const ws = await connect();
  ws.ends(4401);
  await settle();
  assert.deepEqual(asked.at(-1), { unlike: 'token-1' });
  assert.equal(FakeWebSocket.all.length, 2);
  last().opens();
  last().ends(4401);
  assert.equal(links.at(-1).status, 'waiting');
});

test('no token to be had stops it, no network lets it wait', async (t) => {
  let problem = 'network';
  const { socket, links, tick } = begin(t, {
    token: async () => {
      throw new Problem({ code: problem });
    },
  });
  await settle();
  assert.equal(links.at(-1).status, 'waiting');
  problem = 'signed_out';
  tick(30_000);
  await settle();
  assert.deepEqual(links.at(-1), { status: 'stopped', retryAt: 0, code: 4401 });
  assert.equal(FakeWebSocket.all.length, 0);
  socket.stop();
});

test('the token is refreshed a minute before it ends, and again before the next one ends', async (t) => {
  let n = 0;
  const { asked, connect, tick } = begin(t, { token: async () => `token-${++n}` });
  const ws = await connect({ ping_interval: 10_000 });
  tick(839_000);
  await settle();
  assert.equal(ws.sent.filter((frame) => frame.type === 'refresh').length, 0);
  tick(1_000);
  await settle();
  const refresh = ws.sent.at(-1);
  assert.equal(refresh.type, 'refresh');
  assert.equal(refresh.payload.token, 'token-2');
  assert.equal(asked.at(-1).unlike, 'token-1');
  ws.hears({ type: 'ack', id: refresh.id, payload: { token_ttl: 900 } });
  await settle();
  tick(840_000);
  await settle();
  assert.equal(ws.sent.at(-1).payload.token, 'token-3');
});

test('token_expiring refreshes too, and a refusal leaves the connection alone', async (t) => {
  const { links, connect } = begin(t);
  const ws = await connect();
  ws.hears({ type: 'token_expiring', payload: { expires_in: 60 } });
  await settle();
  ws.hears({ type: 'error', id: ws.sent.at(-1).id, payload: { code: 'unauthenticated', status: 401 } });
  await settle();
  assert.equal(links.at(-1).status, 'online');
});

test('resync_required: reload first, then hello from the new place', async (t) => {
  let place = { cursor: 7, epoch: 'e' };
  const { connect, links } = begin(t, {
    position: () => place,
    resync: async () => {
      place = { cursor: 90, epoch: 'f' };
    },
  });
  const ws = await connect();
  ws.hears({ type: 'resync_required', payload: { reason: 'epoch_changed' } });
  await settle();
  assert.deepEqual(ws.sent.at(-1).payload, { token: 'token-1', cursor: 90, epoch: 'f' });
  ws.hears({ type: 'welcome', id: ws.sent.at(-1).id, payload: { token_ttl: 900, ping_interval: 25 } });
  assert.equal(links.at(-1).status, 'online');
});

test('no welcome in time counts as a failure', async (t) => {
  const { last, links, tick } = begin(t);
  await settle();
  last().opens();
  tick(10_000);
  assert.ok(last().closed);
  assert.equal(links.at(-1).status, 'waiting');
});

test('try now does not wait', async (t) => {
  const { socket, connect } = begin(t);
  (await connect()).ends(1006);
  socket.tryNow();
  await settle();
  assert.equal(FakeWebSocket.all.length, 2);
});

test('frames of a connection that was given up are not heard', async (t) => {
  const { socket, frames, connect } = begin(t);
  const ws = await connect();
  const before = frames.length;
  const hear = ws.onmessage;
  socket.suspect();
  hear({ data: JSON.stringify({ type: 'chat_message', cursor: 8, payload: {} }) });
  assert.equal(frames.length, before);
});

test('back-off: full jitter below a doubling bound', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 10].map((attempt) => backoff(attempt, { random: () => 1 })),
    [500, 1000, 2000, 4000, 30_000],
  );
  assert.equal(backoff(9, { random: () => 0 }), 0);
});
