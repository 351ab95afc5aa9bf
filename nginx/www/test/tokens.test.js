// test/tokens.test.js — One refresh at a time among all tabs, and what follows a refused one. REST
// on the same fake fetch.

import test from 'node:test';
import assert from 'node:assert/strict';
import { HostTokens, OwnTokens } from '../src/net/tokens.js';
import { Rest, links } from '../src/net/rest.js';
import { withLock } from '../src/net/locks.js';
import { still } from './support/timers.js';

class MemoryStorage {
  map = new Map();
  getItem = (key) => this.map.get(key) ?? null;
  setItem = (key, value) => void this.map.set(key, value);
  removeItem = (key) => void this.map.delete(key);
}

const reply = (status, body, headers = {}) =>
  new Response(body === undefined ? null : JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  });

// An /auth/refresh that revokes everything when a refresh token comes twice, like the server.
function server() {
  const seen = { refreshes: 0, spent: new Set(), revoked: false, current: 'r0' };
  const fetch = async (url, { body }) => {
    assert.equal(url, '/auth/refresh');
    const { refresh_token } = JSON.parse(body);
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (seen.revoked || seen.spent.has(refresh_token)) {
      seen.revoked = true;
      return reply(401, { code: 'unauthenticated', status: 401 });
    }
    seen.spent.add(refresh_token);
    const n = ++seen.refreshes;
    return reply(200, { access_token: `a${n}`, refresh_token: `r${n}`, expires_in: 900, user: { id: 5 } });
  };
  return { seen, fetch };
}

class MemoryVault {
  map = new Map();
  get = async (key) => this.map.get(key);
  put = async (key, value) => void this.map.set(key, value);
  remove = async (key) => void this.map.delete(key);
}

// localStorage as tabs in several processes see it: what one writes comes to the others later.
class LaggingStorage extends MemoryStorage {
  others = [];
  setItem = (key, value) => {
    this.map.set(key, value);
    setTimeout(() => this.others.forEach((other) => other.map.set(key, value)), 30);
  };
}

function tab(storage, fetch, now = () => 0, vault = new MemoryVault()) {
  return new OwnTokens({ storage, fetch, now, lock: withLock, vault });
}

function signedIn(until) {
  const storage = new MemoryStorage();
  storage.setItem('billet:session:', JSON.stringify({ access: 'a0', refresh: 'r0', until, user: { id: 5 } }));
  return storage;
}

test('ten tabs that need a token at once make one refresh', async () => {
  const { seen, fetch } = server();
  const storage = signedIn(10_000);
  const tokens = await Promise.all(Array.from({ length: 10 }, () => tab(storage, fetch).get()));
  assert.deepEqual(new Set(tokens), new Set(['a1']));
  assert.equal(seen.refreshes, 1);
  assert.equal(seen.revoked, false);
});

test('one refresh also when the tabs hear of it later than of the lock', async () => {
  const { seen, fetch } = server();
  const vault = new MemoryVault();
  const storages = Array.from({ length: 5 }, () => new LaggingStorage());
  for (const storage of storages) {
    storage.map.set('billet:session:', signedIn(1_000_000).getItem('billet:session:'));
    storage.others = storages.filter((other) => other !== storage);
  }
  const tokens = await Promise.all(storages.map((storage) => tab(storage, fetch, () => 1_000_000, vault).get()));
  assert.deepEqual(new Set(tokens), new Set(['a1']));
  assert.deepEqual([seen.refreshes, seen.revoked], [1, false]);
});

test('a token that is good is not refreshed; one that the server refused is', async () => {
  const { seen, fetch } = server();
  const tokens = tab(signedIn(900_000), fetch);
  assert.equal(await tokens.get(), 'a0');
  assert.equal(seen.refreshes, 0);
  assert.equal(await tokens.get({ unlike: 'a0' }), 'a1');
  assert.equal(await tokens.get({ unlike: 'a0' }), 'a1');
  assert.equal(seen.refreshes, 1);
});

test('a refused refresh signs out, a lost one does not', async () => {
  const { seen, fetch } = server();
  const storage = signedIn(0);
  const lost = tab(storage, async () => {
    throw new TypeError('offline');
  });
  await assert.rejects(lost.get(), { code: 'network' });
  assert.ok(storage.getItem('billet:session:'));

  seen.revoked = true;
  await assert.rejects(tab(storage, fetch).get(), { code: 'signed_out' });
  assert.equal(storage.getItem('billet:session:'), null);
});

test('a refresh that goes on in a page that was left is waited for, and its token not spent again', async () => {
  const { seen, fetch } = server();
  let leave;
  // The lock is given back before the work has ended.
  const lock = (_, work) =>
    Promise.race([work({ sure: async () => true }), new Promise((_, reject) => (leave = reject))]);
  const tokens = new OwnTokens({ storage: signedIn(0), fetch, now: () => 0, lock, vault: new MemoryVault() });
  const first = tokens.get();
  await Promise.resolve();
  leave(new Error('the page was left'));
  await assert.rejects(first, /left/);
  assert.equal(await tokens.get(), 'a1');
  assert.deepEqual([seen.refreshes, seen.revoked], [1, false]);
});

test('one that finds its lock gone spends nothing', async () => {
  const { seen, fetch } = server();
  const tokens = new OwnTokens({
    storage: signedIn(0),
    fetch,
    now: () => 0,
    lock: (_, work) => work({ sure: async () => false }),
    vault: new MemoryVault(),
  });
  await assert.rejects(tokens.get(), { code: 'busy' });
  assert.equal(seen.refreshes, 0);
});

test('a session lives in memory where nothing is kept, and whoever signed out meanwhile stays so', async () => {
  const forbidden = { getItem: () => assert.fail(), setItem: () => assert.fail(), removeItem: () => assert.fail() };
  const { fetch } = server();
  const answer = { access_token: 'a0', refresh_token: 'r0', expires_in: 900, user: { id: 5 } };
  const tokens = tab(
    forbidden,
    async (url, request) => (url === '/auth/login' ? reply(200, answer) : fetch(url, request)),
    () => 0,
  );
  assert.deepEqual(await tokens.login('u', 'p'), { id: 5 });
  assert.equal(tokens.kept, false);
  assert.equal(await tokens.get({ unlike: 'a0' }), 'a1');

  const asked = tokens.get({ unlike: 'a1' });
  await new Promise((resolve) => setTimeout(resolve));
  tokens.forget();
  await assert.rejects(asked, { code: 'signed_out' });
  assert.equal(tokens.session, null);
});

test('a full storage keeps no spent token for other tabs', async () => {
  const { fetch } = server();
  const storage = signedIn(0);
  storage.setItem = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  const tokens = tab(storage, fetch);
  assert.equal(await tokens.get(), 'a1');
  assert.equal(storage.getItem('billet:session:'), null);
  assert.deepEqual([tokens.kept, tokens.session.access], [false, 'a1']);
});

test('a token that still lives is used while a new one cannot be had', async () => {
  const tokens = tab(signedIn(20_000), async () => {
    throw new TypeError('offline');
  });
  assert.equal(await tokens.get(), 'a0');
});

test('the host is asked once for several that wait, and again before its token ends', async () => {
  let now = 0;
  let n = 0;
  const host = new HostTokens({
    url: '/token',
    now: () => now,
    fetch: async () => reply(200, { token: `h${++n}`, expires_in: 600 }),
  });
  assert.deepEqual(await Promise.all([host.get(), host.get()]), ['h1', 'h1']);
  now = 560_000;
  assert.equal(await host.get(), 'h1');
  now = 575_000;
  assert.equal(await host.get(), 'h2');
});

test('the end of a host token is read from the token when the host does not tell', async () => {
  const jwt = (exp) => `x.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.y`;
  let n = 0;
  const host = new HostTokens({
    url: '/token',
    now: () => 1_000_000,
    fetch: async () => reply(200, { token: jwt(1000 + 20 + 100 * n++) }),
  });
  const first = await host.get();
  assert.notEqual(await host.get(), first);
  assert.equal(n, 2);
});

test('a host that never answers is a problem of the network', async () => {
  const host = new HostTokens({
    url: '/token',
    fetch: async (_, { signal }) => (assert.ok(signal), Promise.reject(new DOMException('', 'TimeoutError'))),
  });
  await assert.rejects(host.get(), { code: 'network' });
});

test('a host that knows no user is signed_out, a broken one is unavailable', async () => {
  const host = (status) => new HostTokens({ url: '/token', fetch: async () => reply(status, {}) });
  await assert.rejects(host(401).get(), { code: 'signed_out' });
  await assert.rejects(host(500).get(), { code: 'unavailable' });
});

// --- REST ----------------------------------------------------------------------------------------

const tokens = (...list) => ({ get: async ({ unlike } = {}) => (unlike === undefined ? list[0] : list[1]) });

test('a call with a refused token is repeated once with another', async () => {
  const seen = [];
  const rest = new Rest({
    tokens: tokens('old', 'new'),
    fetch: async (url, { headers }) => {
      seen.push(headers.Authorization);
      return headers.Authorization === 'Bearer new'
        ? reply(200, { id: 5 })
        : reply(401, { code: 'token_expired', status: 401 });
    },
  });
  assert.deepEqual(await rest.me(), { id: 5 });
  assert.deepEqual(seen, ['Bearer old', 'Bearer new']);
});

test('problems keep code, status and retry_after; pages without a problem body get a code', async () => {
  const answers = [
    reply(429, { code: 'rate_limited', status: 429, retry_after: 4 }),
    new Response('<html>', { status: 502 }),
  ];
  const rest = new Rest({ tokens: tokens('t'), fetch: async () => answers.shift() });
  await assert.rejects(rest.openRoom(2), { code: 'rate_limited', status: 429, retryAfter: 4 });
  await assert.rejects(rest.me(), { code: 'unavailable', status: 502 });
});

test('a GET waits out a short limit, but neither a long one nor a second one', async (t) => {
  const clock = still(t, ['setTimeout']);
  const limit = (retry_after) => reply(429, { code: 'rate_limited', status: 429, retry_after });
  const settle = async () => {
    for (let i = 0; i < 50; i++) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const answers = [limit(2), reply(200, { id: 5 }), limit(60), limit(2), limit(2)];
  const rest = new Rest({ tokens: tokens('t'), fetch: async () => answers.shift() });
  const first = rest.me();
  await settle();
  clock.tick(2000);
  assert.deepEqual(await first, { id: 5 });
  await assert.rejects(rest.me(), { retryAfter: 60 });
  const third = assert.rejects(rest.me(), { retryAfter: 2 });
  await settle();
  clock.tick(2000);
  await third;
  assert.equal(answers.length, 0);
});

test('the next page of rooms is where Link says', async () => {
  const asked = [];
  const rest = new Rest({
    tokens: tokens('t'),
    fetch: async (url) => (
      asked.push(url),
      reply(200, [], asked.length === 1 ? { Link: '</chat/rooms?limit=50&before=x>; rel="next"' } : {})
    ),
  });
  const { next } = await rest.rooms();
  assert.equal((await rest.rooms(next)).next, null);
  assert.deepEqual(asked, ['/chat/rooms?limit=50', '/chat/rooms?limit=50&before=x']);
  assert.deepEqual(links('<a>; rel="prev", <b?x=1,2>; rel=next'), { prev: 'a', next: 'b?x=1,2' });
});

test('the people one has blocked are read to the last page', async () => {
  const asked = [];
  const fetch = async (url) => {
    asked.push(url);
    return reply(
      200,
      [{ id: asked.length }],
      asked.length < 3 ? { Link: `</chat/blocks?after=${asked.length}>; rel="next"` } : {},
    );
  };
  const rest = new Rest({ tokens: tokens('t'), fetch });
  assert.deepEqual(await rest.blocks(), [{ id: 1 }, { id: 2 }, { id: 3 }]);
  assert.deepEqual(asked, ['/chat/blocks', '/chat/blocks?after=1', '/chat/blocks?after=2']);
});

test('a call without an answer is a problem of the network', async () => {
  const rest = new Rest({
    tokens: tokens('t'),
    fetch: async () => {
      throw new TypeError('failed');
    },
  });
  await assert.rejects(rest.me(), { code: 'network', status: 0 });
});
