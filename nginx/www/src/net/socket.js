// net/socket.js — One live position in the event log: connects, says hello, keeps the token fresh,
// reconnects and resumes.
//
// It knows nothing of rooms. What it hears goes to the handlers; what it needs it asks of them:
//   token({ minTtl, unlike })  a promise of an access token; a rejection with code signed_out stops
//                              the socket
//   position()                 { cursor, epoch } to resume from, or null
//   frame(frame)               every frame that is no reply, ping or part of the handshake
//   resync(reason)             a promise; when it is kept, hello is said again
//   link({ status, retryAt, code })   idle, connecting, online, checking (it was online, and is
//                          asked whether it still is), waiting (until retryAt), stopped (code: the
//                          close code)
// Close codes from 4500 on, 4000–4499 and others: as the contract tells.

import { backoff } from './backoff.js';
import { Problem } from './problem.js';
import { toJson } from '../state/wellformed.js';

const open_deadline_ms = 10_000; // from connecting to welcome
const reply_deadline_ms = 15_000;
const steady_ms = 5_000; // a connection that lived that long forgives earlier failures
const silence_slack_ms = 15_000; // beyond the ping interval
const refresh_ahead_s = 60;
const proof_deadline_ms = 2_500; // for an open connection to show that it lives
const stale_ms = 3_000; // a handshake that began before that may have begun before the machine slept
const paused_ms = 5_000;
const crowded = 4504;
const crowded_wait_ms = 30_000; // at least, and doubling from there
const crowded_max_ms = 600_000;

export class ChatSocket {
  constructor({ url, handlers, WebSocket = globalThis.WebSocket, now = Date.now, random = Math.random }) {
    Object.assign(this, { url, handlers, WebSocket, now, random });
    this.ws = null;
    this.wanted = false;
    this.attempt = 0;
    this.lastId = 0;
    this.replies = new Map(); // id → { resolve, reject, timer }
    this.timers = {};
    this.refused = undefined; // the token that a 4401 was about
    this.status = 'idle';
    this.code = 0; // of the close that stopped it
    this.failures = 0; // handshakes in a row that did not end in a welcome
    this.began = 0; // when the last one did begin
  }

  get online() {
    return this.status === 'online' || this.status === 'checking';
  }

  start() {
    if (this.wanted) return;
    this.wanted = true;
    this.attempt = 0;
    this.connect();
  }

  // Ends for good, until start().
  stop() {
    this.wanted = false;
    this.drop(new Problem({ code: 'network', detail: 'stopped' }));
    this.tell('idle');
  }

  // The person says so: connects at once, whatever kept it from doing so.
  tryNow() {
    if (!this.wanted || (this.status !== 'waiting' && this.status !== 'stopped')) return;
    if (this.status === 'stopped') this.attempt = 0;
    this.connect();
  }

  // The page is looked at again, or the network is said to be back. What waits connects; what seems
  // open has to prove that it is.
  wake() {
    if (!this.wanted) return;
    const stale = this.status === 'connecting' && this.now() - this.began > stale_ms;
    if (this.status === 'waiting' || stale) this.connect();
    else if (this.status === 'online') this.prove();
    else this.roomMade();
  }

  // Another connection of this user may have ended.
  roomMade() {
    if (this.wanted && this.status === 'stopped' && this.code === crowded) this.connect();
  }

  // The page is left, perhaps for the browser's cache: no place at the server is kept for it.
  pause() {
    if (!this.wanted || this.status === 'stopped') return;
    this.drop(new Problem({ code: 'network', detail: 'the page was left' }));
    this.tell('waiting', { retryAt: this.now() + paused_ms });
    this.timer('retry', paused_ms, () => this.connect()); // no time passes in a page that is left: where it does, the page has stayed
  }

  // The network is said to be gone: what is open is not trusted any more.
  suspect() {
    if (this.ws) this.lost(0);
  }

  // A request that gets exactly one reply: the ack frame. Rejects with Problem: the server's, or
  // `network` when no reply came.
  request(type, payload, deadline_ms = reply_deadline_ms) {
    if (!this.online) return Promise.reject(new Problem({ code: 'network', detail: 'not connected' }));
    const id = String(++this.lastId);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.replies.delete(id);
        reject(new Problem({ code: 'network', detail: 'no reply' }));
        this.lost(0);
      }, deadline_ms);
      this.replies.set(id, { resolve, reject, timer });
      this.write({ type, id, payload });
    });
  }

  // A frame without reply, dropped when not connected.
  notify(type, payload) {
    if (this.online) this.write({ type, payload });
  }

  // --- connecting --------------------------------------------------------------------------------

  async connect() {
    this.drop(new Problem({ code: 'network', detail: 'connecting anew' }));
    this.began = this.now();
    this.tell('connecting');
    const turn = (this.turn = {});
    let token;
    try {
      token = await this.handlers.token({ unlike: this.refused });
    } catch (error) {
      if (turn !== this.turn || !this.wanted) return;
      if (error.code === 'signed_out') return this.halt(4401);
      return this.wait();
    }
    if (turn !== this.turn || !this.wanted) return;
    this.open(token);
  }

  open(token) {
    const ws = (this.ws = new this.WebSocket(this.url, ['chat.v1']));
    this.token = token;
    ws.onopen = () => ws === this.ws && this.hello();
    ws.onmessage = ({ data }) => ws === this.ws && this.heard(data);
    ws.onclose = ({ code }) => ws === this.ws && this.lost(code);
    ws.onerror = () => {};
    this.failures++;
    this.timer('open', open_deadline_ms, () => this.lost(0));
  }

  hello() {
    const position = this.handlers.position();
    this.write({ type: 'hello', id: `hello-${++this.lastId}`, payload: { token: this.token, ...(position ?? {}) } });
  }

  welcomed({ token_ttl, ping_interval }) {
    this.clear('open');
    this.failures = 0;
    this.refused = undefined;
    this.ping_interval_ms = (ping_interval ?? 25) * 1000;
    this.timer('steady', steady_ms, () => (this.attempt = 0));
    this.watch();
    this.refreshIn(token_ttl);
    this.tell('online');
  }

  // --- hearing -----------------------------------------------------------------------------------

  heard(data) {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return; // a server that sends no JSON is none of ours
    }
    if (this.online) this.watch();
    if (this.status === 'checking') this.proved();
    if (frame.id !== undefined && this.settle(frame)) return;
    switch (frame.type) {
      case 'welcome':
        this.handlers.frame(frame);
        return this.welcomed(frame.payload);
      case 'ping':
        this.write({ type: 'pong', cursor: this.handlers.position()?.cursor ?? frame.cursor });
        return this.handlers.frame(frame);
      case 'token_expiring':
        return this.refresh();
      case 'resync_required':
        return this.resync(frame.payload?.reason ?? '');
      default:
        this.handlers.frame(frame);
    }
  }

  settle(frame) {
    const reply = this.replies.get(frame.id);
    if (!reply) return false;
    this.replies.delete(frame.id);
    clearTimeout(reply.timer);
    if (frame.type === 'error') reply.reject(new Problem(frame.payload));
    else reply.resolve(frame);
    return true;
  }

  async resync(reason) {
    const ws = this.ws;
    this.clear('open');
    this.clear('proof');
    this.began = this.now();
    this.tell('connecting');
    try {
      await this.handlers.resync(reason);
      if (ws === this.ws) {
        this.timer('open', open_deadline_ms, () => this.lost(0));
        this.hello();
      }
    } catch {
      if (ws === this.ws) this.lost(0);
    }
  }

  // --- staying -----------------------------------------------------------------------------------

  watch() {
    this.timer('silence', this.ping_interval_ms + silence_slack_ms, () => this.lost(0));
  }

  // A hello on a connection that has said it is answered at once, by an error and without a look
  // into the database. Any other frame will do as well.
  prove() {
    this.tell('checking');
    this.hello();
    this.timer('proof', proof_deadline_ms, () => this.connect());
  }

  proved() {
    this.clear('proof');
    this.tell('online');
  }

  refreshIn(ttl_s) {
    if (!Number.isFinite(ttl_s)) return;
    const ahead = Math.min(refresh_ahead_s, ttl_s / 2);
    this.timer('refresh', Math.min((ttl_s - ahead) * 1000, 2 ** 31 - 1), () => this.refresh());
  }

  // A failure is harmless: the old token goes on until it ends, and then a reconnect asks for a new
  // one.
  async refresh() {
    this.clear('refresh');
    const ws = this.ws;
    try {
      const token = await this.handlers.token({ minTtl: refresh_ahead_s + 5, unlike: this.token });
      if (ws !== this.ws || !this.online) return;
      const reply = await this.request('refresh', { token });
      this.token = token;
      this.refreshIn(reply.payload?.token_ttl);
    } catch {
      if (ws === this.ws && this.online) this.timer('refresh', 10_000, () => this.refresh());
    }
  }

  // --- ending ------------------------------------------------------------------------------------

  lost(code) {
    this.drop(new Problem({ code: 'network', detail: `connection closed (${code})` }));
    if (!this.wanted) return;
    if (code >= 4500 && code < 5000) return this.halt(code);
    const first = code === 4401 && this.refused === undefined;
    if (code === 4401) this.refused = this.token;
    if (first) return this.connect();
    if (code === 4429) this.attempt = Math.max(this.attempt, 4);
    this.wait();
  }

  wait() {
    const delay = backoff(this.attempt++, { random: this.random });
    this.tell('waiting', { retryAt: this.now() + delay });
    this.timer('retry', delay, () => this.connect());
  }

  halt(code) {
    this.drop(new Problem({ code: 'network', detail: `connection refused (${code})` }));
    this.code = code;
    if (code === crowded) {
      const delay =
        crowded_wait_ms +
        backoff(this.attempt++, { base_ms: crowded_wait_ms, max_ms: crowded_max_ms, random: this.random });
      this.timer('retry', delay, () => this.connect());
    }
    this.tell('stopped', { code });
  }

  drop(problem) {
    this.turn = null;
    for (const name of Object.keys(this.timers)) this.clear(name);
    const ws = this.ws;
    this.ws = null;
    if (ws) {
      ws.onopen = ws.onmessage = ws.onclose = null;
      ws.close();
    }
    const replies = [...this.replies.values()];
    this.replies.clear();
    for (const { reject, timer } of replies) {
      clearTimeout(timer);
      reject(problem);
    }
  }

  write(frame) {
    if (this.ws?.readyState === 1) this.ws.send(toJson(frame));
  }

  tell(status, more = {}) {
    this.status = status;
    this.handlers.link({ status, retryAt: 0, code: 0, ...more });
  }

  timer(name, ms, work) {
    this.clear(name);
    this.timers[name] = setTimeout(() => {
      delete this.timers[name];
      work();
    }, ms);
  }

  clear(name) {
    clearTimeout(this.timers[name]);
    delete this.timers[name];
  }
}
