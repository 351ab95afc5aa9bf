// test/wellformed.test.js — Halves of surrogate pairs never reach the store or the wire.

import test from 'node:test';
import assert from 'node:assert/strict';
import { cut, toJson, wellFormed } from '../src/state/wellformed.js';
import { Rest } from '../src/net/rest.js';
import { ChatSocket } from '../src/net/socket.js';

const lone = {
  'a high half': ['a\ud83d', 'a\ufffd'],
  'a low half': ['\udc4db', '\ufffdb'],
  'halves in the wrong order': ['\udc4d\ud83d', '\ufffd\ufffd'],
  'a half before a pair': ['\ud83d\ud83d\udc4d', '\ufffd👍'],
};

test('a lone half becomes U+FFFD, pairs stay', () => {
  for (const [what, [text, right]] of Object.entries(lone)) {
    assert.equal(wellFormed(text), right, what);
    assert.equal(wellFormed(text), text.toWellFormed?.() ?? right, what);
  }
  for (const text of ['', 'plain', '👍👩‍👩‍👧', 'é\u0301', '\u0000', '\ufffd']) assert.equal(wellFormed(text), text);
});

test('a text is never cut in the middle of an emoji', () => {
  assert.equal(cut('ab👍', 3), 'ab');
  assert.equal(cut('ab👍', 4), 'ab👍');
  assert.equal(cut('abc', 2), 'ab');
  assert.equal(cut('', 5), '');
});

test('JSON has no half in it, at any depth', () => {
  assert.equal(
    toJson({ a: ['x\ud83d', { b: '\udc4d' }], n: 1, t: null }),
    '{"a":["x\ufffd",{"b":"\ufffd"}],"n":1,"t":null}',
  );
  assert.equal(toJson('👍'), '"👍"');
});

test('what REST sends is well-formed, in the body and in the address', async () => {
  const sent = [];
  const fetch = async (url, { body }) => (sent.push([url, body]), new Response('[]'));
  const rest = new Rest({ tokens: { get: async () => 't' }, fetch });
  await rest.send(7, 'half \ud83d', 'id');
  await rest.rename('\udc4d');
  await rest.userNamed('x\ud83d');
  await rest.findUsers('x\ud83d');
  assert.deepEqual(
    sent.map(([, body]) => body),
    ['{"content":"half \ufffd","client_msg_id":"id"}', '{"display_name":"\ufffd"}', undefined, undefined],
  );
  assert.ok(
    sent.slice(2).every(([url]) => url.endsWith('=x%EF%BF%BD')),
    String(sent.map(([url]) => url)),
  );
});

test('what the socket sends is well-formed: also a message that an earlier version kept', () => {
  const frames = [];
  const socket = new ChatSocket({ url: 'ws://x', handlers: {}, WebSocket: class {} });
  socket.ws = { readyState: 1, send: (frame) => frames.push(frame), close() {} };
  socket.write({ type: 'chat_message', id: '1', payload: { content: 'half \ud83d' } });
  assert.equal(frames[0], '{"type":"chat_message","id":"1","payload":{"content":"half \ufffd"}}');
});
