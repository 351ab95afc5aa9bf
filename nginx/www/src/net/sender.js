// net/sender.js — Empties the outbox: in order, one message at a time, in one tab at a time.
//
// A message leaves the outbox only when the server has answered. No answer means asking again with
// the same client_msg_id, which the server recognises: so each is stored exactly once, and those of
// a room in the order in which they were written.

import { backoff } from './backoff.js';
import { isTransient } from './problem.js';
import { withLock } from './locks.js';

export class Sender {
  // deliver(item): a promise of the stored message; rejects with Problem. on: sending(id),
  // waiting(id), stored(id, message), failed(id, code).
  constructor({ box, owner, deliver, on, lock = withLock, random = Math.random }) {
    Object.assign(this, {
      box,
      owner,
      deliver,
      on,
      lock,
      random,
      attempt: 0,
      running: false,
      again: false,
      ended: false,
      timer: 0,
    });
  }

  // Something may have become sendable. Cheap to call too often.
  kick() {
    if (this.ended) return;
    clearTimeout(this.timer);
    this.again = true;
    if (!this.running) this.run();
  }

  stop() {
    this.ended = true;
    clearTimeout(this.timer);
  }

  async run() {
    this.running = true;
    try {
      while (this.again && !this.ended) {
        this.again = false;
        await this.lock(`billet:outbox:${this.owner}`, (held) => this.empty(held));
      }
    } catch {
      this.later(0);
    } finally {
      this.running = false;
    }
  }

  // `held`: the lock, see locks.js. Once the page was left, another tab may be sending.
  async empty(held) {
    while (!this.ended && !held?.signal.aborted) {
      const item = (await this.box.list(this.owner)).find((one) => !one.code);
      if (!item) return;
      if (!(await this.one(item))) return;
    }
  }

  // Whether to go on with the next one.
  async one(item) {
    this.on.sending(item.id);
    try {
      const message = await this.deliver(item);
      this.attempt = 0;
      await this.box.remove(item.id);
      this.on.stored(item.id, message);
      return true;
    } catch (error) {
      if (isTransient(error)) {
        this.on.waiting(item.id);
        this.later(error.retryAfter ?? 0);
        return false;
      }
      await this.box.mark(item.id, error.code);
      this.on.failed(item.id, error.code);
      return true;
    }
  }

  later(retry_after_s) {
    if (this.ended) return;
    clearTimeout(this.timer);
    const delay =
      retry_after_s > 0 ? retry_after_s * 1000 : 250 + backoff(this.attempt++, { max_ms: 15_000, random: this.random });
    this.timer = setTimeout(() => this.kick(), delay);
  }
}
