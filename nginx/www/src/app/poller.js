// app/poller.js — Where no live connection can be had although REST answers: asks the log every few
// seconds, as long as somebody looks at the page.

import { backoff } from '../net/backoff.js';

const failures_min = 3; // handshakes that came to nothing
const patience_ms = 15_000; // or that long without a connection
const quick_ms = 3_000; // after something new; slower and slower while there is nothing
const slow_ms = 15_000;
const soon_ms = 500; // after something that we did ourselves
const failed_ms = 5_000;
const failed_max_ms = 60_000;

export class Poller {
  constructor(app) {
    Object.assign(this, {
      app,
      works: false,
      timer: 0,
      running: false,
      begun: false,
      offlineSince: 0,
      pause: quick_ms,
      failed: 0,
    });
  }

  // The connection or the page's visibility may have changed.
  look() {
    const { status } = this.app.connection.link;
    if (status === 'online' || status === 'checking' || status === 'idle') {
      this.offlineSince = 0;
      return this.stop();
    }
    this.offlineSince ||= Date.now();
    if (document.visibilityState !== 'visible') return this.rest();
    const needed = this.isNeeded();
    if (this.running && this.begun === needed) return;
    this.begun = needed;
    this.next(needed ? 0 : patience_ms);
  }

  // Something of ours is in the log now, and is not shown yet.
  soon() {
    if (this.works) this.next(soon_ms);
  }

  // Nobody looks.
  rest() {
    clearTimeout(this.timer);
    this.running = false;
  }

  stop() {
    this.rest();
    this.failed = 0;
    this.pause = quick_ms;
    this.tell(false);
  }

  isNeeded() {
    const { socket, link } = this.app.connection;
    return (
      link.status === 'stopped' ||
      (socket?.failures ?? 0) >= failures_min ||
      Date.now() - this.offlineSince >= patience_ms
    );
  }

  next(delay) {
    clearTimeout(this.timer);
    this.running = true;
    this.timer = setTimeout(() => this.ask(), delay);
  }

  async ask() {
    const { app } = this;
    if (!this.isNeeded() || document.visibilityState !== 'visible' || app.state.cursor === null) return this.rest();
    const { cursor } = app.state;
    try {
      await app.log.ask();
      if (!this.running) return;
      this.failed = 0;
      this.tell(true);
      this.pause = app.state.cursor > cursor ? quick_ms : Math.min(slow_ms, this.pause * 1.3);
      this.next(this.pause * (0.8 + Math.random() * 0.4));
    } catch (error) {
      if (!this.running || app.session.isShutOut(error)) return;
      this.tell(false);
      const wait = failed_ms + backoff(this.failed++, { base_ms: failed_ms, max_ms: failed_max_ms });
      this.next(Math.max(wait, (error.retryAfter ?? 0) * 1000));
    }
  }

  tell(works) {
    if (works === this.works) return;
    this.works = works;
    this.app.connection.tell();
  }
}
