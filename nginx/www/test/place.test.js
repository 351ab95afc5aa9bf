// test/place.test.js — One page, one element, one server: at the root of a site or below a path of
// it.

import test from 'node:test';
import assert from 'node:assert/strict';
import { baseOf, homeOf, isOwn, socketUrl } from '../src/app/place.js';
import { Rest } from '../src/net/rest.js';
import { OwnTokens } from '../src/net/tokens.js';

const site = 'https://site.example';
const base = (told, origin = site) => baseOf(homeOf(told), origin);

test('our own page finds its server beside itself', () => {
  for (const [page, right] of [
    ['/', ''],
    ['/#/rooms/12', ''],
    ['/index.html', ''],
    ['/chat/', '/chat'],
    ['/chat/index.html?x=1#/rooms/2', '/chat'],
    ['/a/b%20c/', '/a/b%20c'],
  ]) {
    assert.equal(base({ page: site + page }), right, page);
  }
});

test('the element finds its server beside the script', () => {
  assert.equal(base({ script: `${site}/embed.js` }), '');
  assert.equal(base({ script: `${site}/chat/embed-1.2.3.js?v=2` }), '/chat');
  assert.equal(base({ script: `${site}/chat/embed.js` }, 'https://host.example'), `${site}/chat`);
  assert.equal(base({ script: `${site}/embed.js` }, 'https://host.example'), site);
  assert.equal(base({ script: `${site}//other.example/embed.js` }, 'https://host.example'), `${site}//other.example`);
});

test('a server that is named goes first, with or without a slash at its end', () => {
  const script = 'https://cdn.example/x/embed.js';
  for (const server of [`${site}/chat`, `${site}/chat/`, `${site}/chat/?x#y`])
    assert.equal(base({ server, script }, 'https://host.example'), `${site}/chat`, server);
  assert.equal(base({ server: '/chat', script, page: `${site}/shop/` }), '/chat');
});

test('what is no address tells nothing, and throws nothing', () => {
  for (const told of [
    {},
    { server: 'http://' },
    { server: 'javascript:alert(1)' },
    { script: 'blob:https://site.example/1' },
    { script: 'data:text/javascript,1' },
    { script: 'file:///x/embed.js' },
    { page: 'about:srcdoc' },
  ]) {
    assert.equal(homeOf(told), null, JSON.stringify(told));
  }
});

test('another port or scheme is another origin', () => {
  const home = homeOf({ script: `${site}:8443/embed.js` });
  assert.equal(isOwn(home, site), false);
  assert.equal(isOwn(home, `${site}:8443`), true);
  assert.equal(isOwn(home, 'null'), false);
});

test('the socket is beside the api', () => {
  assert.equal(socketUrl('', `${site}/#/rooms/1`), 'wss://site.example/ws');
  assert.equal(socketUrl('/chat', `${site}/chat/`), 'wss://site.example/chat/ws');
  assert.equal(socketUrl('http://other.example:8080/chat', `${site}/`), 'ws://other.example:8080/chat/ws');
});

// The api does not know that something stands before its paths: its links are those of the
// contract, also where both look alike.
test('calls and the links of answers go below the path', async () => {
  for (const below of ['', '/chat', '/a/b', `${site}/chat`]) {
    const asked = [];
    const fetch = async (url) => (
      asked.push(url),
      new Response('[]', { headers: { Link: '</chat/rooms?before=9-2&limit=50>; rel="next"' } })
    );
    const rest = new Rest({ base: below, tokens: { get: async () => 't' }, fetch });
    const { next } = await rest.rooms();
    await rest.rooms(next);
    await rest.me();
    assert.deepEqual(
      asked,
      ['/chat/rooms?limit=50', '/chat/rooms?before=9-2&limit=50', '/users/me'].map((path) => below + path),
    );
    assert.equal(new OwnTokens({ base: below, storage: {}, fetch, vault: {} }).key, `billet:session:${below}`);
  }
});
