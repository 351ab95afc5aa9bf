// net/rest.js — The REST calls of the contract, one method each. Needs no view and no state.
//
// Methods answer the parsed body and throw Problem. A call that was refused for its token, or a GET
// for a limit, is repeated once, which is safe: it was not carried out.

import { Problem } from './problem.js';
import { toJson, wellFormed } from '../state/wellformed.js';

const deadline_ms = 15_000;
const patience_s = 5;
const block_pages_max = 20; // of up to 500 people each: more than anybody scrolls through

export class Rest {
  // `base`: what stands before every path, '' on our own origin. `tokens`: see tokens.js.
  constructor({ base = '', tokens, fetch = globalThis.fetch.bind(globalThis) }) {
    Object.assign(this, { base, tokens, fetch });
  }

  me = () => this.call('GET', '/users/me');
  rename = (display_name) => this.call('PATCH', '/users/me', { display_name });
  user = (id) => this.call('GET', `/users/${id}`);
  findUsers = (prefix) => this.call('GET', `/users?prefix=${encodeURIComponent(wellFormed(prefix))}`);
  userNamed = async (username) =>
    (await this.call('GET', `/users?username=${encodeURIComponent(wellFormed(username))}`))[0] ?? null;

  openRoom = (other_user_id) => this.call('POST', '/chat/rooms', { other_user_id });
  room = (id) => this.call('GET', `/chat/rooms/${id}`);
  // { items, next }: `next` is a path to give back here, or null; as all paths of the api it knows
  // nothing of `base`.
  async rooms(next = '/chat/rooms?limit=50') {
    const { body, links } = await this.exchange('GET', next);
    return { items: body, next: links.next ?? null };
  }
  // `position`: {}, { before_seq }, { after_seq } or { around_seq }.
  messages = (roomId, position = {}, limit = 50) =>
    this.call('GET', `/chat/rooms/${roomId}/messages?${new URLSearchParams({ limit, ...position })}`);
  send = (roomId, content, client_msg_id) =>
    this.call('POST', `/chat/rooms/${roomId}/messages`, { content, client_msg_id });
  read = (roomId, seq) => this.call('PUT', `/chat/rooms/${roomId}/read`, { seq });
  unread = () => this.call('GET', '/chat/unread');

  head = () => this.call('GET', '/chat/sync');
  sync = (cursor, epoch) => this.call('GET', `/chat/sync?${new URLSearchParams({ cursor, epoch, limit: 500 })}`);

  // All of them, page by page.
  async blocks() {
    const all = [];
    for (let next = '/chat/blocks', page = 0; next && page < block_pages_max; page++) {
      const { body, links } = await this.exchange('GET', next);
      all.push(...body);
      next = links.next ?? null;
    }
    return all;
  }
  block = (userId) => this.call('PUT', `/chat/blocks/${userId}`);
  unblock = (userId) => this.call('DELETE', `/chat/blocks/${userId}`);
  logout = () => this.call('POST', '/auth/logout');

  async call(method, path, body) {
    return (await this.exchange(method, path, body)).body;
  }

  async exchange(method, path, body) {
    const token = await this.tokens.get();
    try {
      return await this.once(method, path, body, token);
    } catch (error) {
      if (error.status === 401) return this.once(method, path, body, await this.tokens.get({ unlike: token }));
      // Who only reads waits out a short limit instead of showing it.
      const patient = method === 'GET' && error.code === 'rate_limited' && error.retryAfter <= patience_s;
      if (!patient) throw error;
      await new Promise((resolve) => setTimeout(resolve, error.retryAfter * 1000));
      return this.once(method, path, body, await this.tokens.get());
    }
  }

  async once(method, path, body, token) {
    return request(this.fetch, this.base + path, { method, body, token });
  }
}

// One exchange without any repetition: { body, links }.
export async function request(fetch, url, { method, body, token }) {
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response, text;
  try {
    response = await fetch(url, {
      method,
      headers,
      body: body === undefined ? undefined : toJson(body),
      credentials: 'omit',
      cache: 'no-store',
      signal: AbortSignal.timeout(deadline_ms),
    });
    text = await response.text();
  } catch (cause) {
    throw new Problem({ code: 'network', detail: String(cause?.message ?? cause) });
  }
  const parsed = parse(text);
  if (!response.ok) throw problemOf(response, parsed);
  if (text && parsed === undefined) throw new Problem({ code: 'network', detail: 'the answer is no JSON' });
  return { body: parsed ?? null, links: links(response.headers.get('Link')) };
}

function problemOf(response, body) {
  const code = typeof body?.code === 'string' ? body.code : response.status >= 500 ? 'unavailable' : 'internal';
  const retry_after = body?.retry_after ?? Number(response.headers.get('Retry-After') ?? 0);
  return new Problem({ ...body, code, status: response.status, retry_after });
}

function parse(text) {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

// `Link: </chat/rooms?…>; rel="next"` as { next: '/chat/rooms?…' }.
export function links(header) {
  const found = [...(header ?? '').matchAll(/<([^>]*)>\s*;\s*rel="?(\w+)"?/g)];
  return Object.fromEntries(found.map(([, target, rel]) => [rel, target]));
}
