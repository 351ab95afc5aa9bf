// view/timeline.js — <billet-timeline>: the messages of one room, scrolling without end and without
// a jump.
//
// Only a window of the messages is in the DOM: what is seen and `margin` rows on both sides.
// Whenever rows come or go, the row at the top of the view keeps its place on the screen. At the
// end the view follows what comes; elsewhere it stays.

import { nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { Part, avatar, define, html, styles } from './part.js';
import { icons, ticks } from './icons.js';
import { timelineStyles } from './timeline.css.js';
import { isLargeEmoji, partsOf } from './text.js';
import { rangeAround, rowsOf, tail, margin } from './rows.js';
import { firstSeq, hasNewer, hasOlder } from '../state/timeline.js';

const end_px = 48; // closer to the end than that counts as being there
const read_after_ms = 350; // a message counts as read when it stood in view for that long

class BilletTimeline extends Part {
  static properties = {
    room: { attribute: false },
    timeline: { attribute: false },
    pending: { attribute: false },
    me: { attribute: false },
    divider: { attribute: false },
    focused: { attribute: false },
    online: { attribute: false },
    typing: { attribute: false },
    away: { state: true },
    range: { state: true },
  };
  static styles = styles(timelineStyles);

  constructor() {
    super();
    this.reset('start');
    this.resized = globalThis.ResizeObserver
      ? new ResizeObserver(() => this.size !== this.sizeNow() && this.keepPlace())
      : null;
  }

  firstUpdated() {
    this.resized?.observe(this.scroller);
    this.resized?.observe(this.$('.column'));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.resized?.disconnect();
    clearTimeout(this.readTimer);
  }

  get scroller() {
    return this.$('.scroller');
  }

  get rowElements() {
    return this.$('.rows').children;
  }

  // --- from state to rows ------------------------------------------------------------------------

  // `target`: where to begin: 'start' (first unread message or end) or 'end'.
  reset(target) {
    Object.assign(this, {
      target,
      placed: false,
      follow: true,
      away: false,
      range: { from: 0, to: 0 },
      anchor: null,
      size: '',
    });
    clearTimeout(this.readTimer);
    this.readTimer = 0;
  }

  willUpdate(changed) {
    const before = changed.get('room');
    if (before && before.id !== this.room.id) this.reset('start');
    else if (this.placed && !this.timeline.loaded) this.reset('end');
    if (this.placed && !this.follow && this.hasUpdated) this.anchor = this.findAnchor();
    this.chooseRange(changed.get('timeline'));
  }

  chooseRange(before) {
    const { messages } = this.timeline;
    const n = messages.length;
    if (!this.placed) {
      const at = this.target === 'start' && this.divider !== null ? this.divider + 1 - firstSeq(this.timeline) : n;
      this.follow = at >= n;
      this.range = this.follow ? end(n) : { from: Math.max(0, at - margin), to: Math.min(n, at + margin) };
    } else if (this.follow) {
      this.range = end(n);
    } else if (before && before !== this.timeline) {
      // Pages came in front or behind: the same messages have other places.
      const shift = before.messages.length ? firstSeq(before) - firstSeq(this.timeline) : 0;
      const { from, to } = this.range;
      this.range = { from: clamp(from + shift, 0, n), to: clamp(to + shift, 0, n) };
    }
  }

  render() {
    const { messages, loading, loaded, error } = this.timeline;
    const name = this.room.peer.display_name;
    const rows = rowsOf({
      messages,
      pending: hasNewer(this.timeline, this.room) ? [] : this.pending,
      ...this.range,
      me: this.me,
      room: this.room,
      divider: this.divider,
    });
    const begins = loaded && this.range.from === 0 && !hasOlder(this.timeline);
    return html`
      <div class="scroller" role="log" aria-live="off" aria-label=${this.t('messages', { name })} aria-busy=${loading === 'first'} tabindex="0" @scroll=${this.scrolled}>
        <div class="column">
          ${begins ? this.beginning(rows.length === 0) : nothing}
          ${loading === 'first' && !loaded ? skeleton : nothing}
          <div class="rows">${repeat(
            rows,
            (row) => row.key,
            (row) => this.row(row),
          )}</div>
          ${this.typing ? html`<div class="typing" aria-hidden="true"><span class="bubble"><i></i><i></i><i></i></span></div>` : nothing}
        </div>
      </div>
      ${loading === 'older' ? html`<div class="loading"><span class="spinner"></span><span class="sr">${this.t('loadingOlder')}</span></div>` : nothing}
      ${
        error
          ? html`<div class="loading error" role="alert">${this.tr.problem(error)}
        <button class="link" @click=${() => this.reload()}>${this.t('retry')}</button></div>`
          : nothing
      }
      ${this.away ? this.jumpButton() : nothing}`;
  }

  beginning(empty) {
    const name = this.room.peer.display_name;
    return empty
      ? html`<div class="beginning empty">${avatar(this.room.peer)}<h3>${this.t('sayHello', { name })}</h3><p class="muted">${this.t('sayHelloText')}</p></div>`
      : html`<p class="beginning muted small">${this.t('beginning', { name })}</p>`;
  }

  row(row) {
    const large = isLargeEmoji(row.content);
    const time = this.tr.time(row.at);
    return html`<div class="row ${row.mine ? 'mine' : 'theirs'} ${row.first ? 'first' : ''} ${row.last ? 'last' : ''}" data-seq=${row.seq} data-key=${row.key}>
      ${row.newDay ? html`<div class="day"><span>${this.tr.day(row.at)}</span></div>` : nothing}
      ${row.divider ? html`<div class="divider" role="separator" aria-label=${this.t('newDivider')}><span aria-hidden="true">${this.t('newDivider')}</span></div>` : nothing}
      <div class="bubble ${large ? 'large' : ''} ${row.status}" dir="auto">
        <bdi class="sr">${row.mine ? this.t('you') : this.room.peer.display_name}: </bdi>
        <div class="text">${partsOf(row.content).map(part)}<span class="ghost" data-time=${time} aria-hidden="true"></span></div>
        <span class="meta"><time datetime=${row.at} title=${this.tr.moment(row.at)}>${time}</time>${row.mine ? this.tick(row.status) : nothing}</span>
      </div>
      ${row.status === 'failed' ? this.failure(row) : nothing}
    </div>`;
  }

  tick = (status) =>
    html`<span class="tick ${status}" title=${this.t(`tick_${status}`)}>${ticks[status]}<span class="sr">${this.t(`tick_${status}`)}</span></span>`;

  failure(row) {
    return html`<div class="failure">
      <span>${this.t('tick_failed')}. ${this.tr.problem(row.code)}</span>
      <span class="ways"><button class="link" @click=${() => this.app.outgoing.retry(row.id)}>${this.t('retry')}</button>
      <button class="link" @click=${() => this.app.outgoing.discard(row.id)}>${this.t('discard')}</button></span>
    </div>`;
  }

  jumpButton() {
    const count = this.room.unread_count;
    const label = count > 0 ? this.t('newMessages', { count }) : this.t('jumpToLatest');
    return html`<button class="jump" aria-label=${label} title=${this.t('jumpToLatest')} @click=${() => this.toEnd()}>
      ${icons.down()}${count > 0 ? html`<span class="count">${count > 99 ? '99+' : count}</span>` : nothing}</button>`;
  }

  // --- staying in place --------------------------------------------------------------------------

  updated() {
    if (this.placed) this.keepPlace();
    else this.place();
    this.look();
  }

  // Rows came or went, or the window, the composer or a row has another size.
  keepPlace() {
    if (!this.placed) return;
    if (this.follow) this.toBottom();
    else this.restore();
    this.size = this.sizeNow();
  }

  place() {
    if (!this.timeline.loaded) return;
    this.placed = true;
    this.size = this.sizeNow();
    const divider = this.follow ? null : this.$('.divider');
    if (!divider) return this.toBottom();
    this.scroller.scrollTop = divider.parentElement.offsetTop - this.scroller.clientHeight * 0.2;
    this.follow = this.atEnd();
    this.anchor = this.follow ? null : this.findAnchor();
  }

  toBottom() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  sizeNow() {
    return `${this.scroller.clientHeight}/${this.scroller.scrollHeight}`;
  }

  // The first row in view, by key: how far below the upper edge it stands, or which part of it is
  // above that.
  findAnchor() {
    const rows = this.rowElements;
    const row = rows[firstBelow(rows, this.scroller.scrollTop)];
    if (!row) return null;
    const offset = row.offsetTop - this.scroller.scrollTop;
    return { key: row.dataset.key, offset: Math.max(0, offset), hidden: Math.max(0, -offset) / row.offsetHeight };
  }

  restore() {
    if (!this.anchor) return;
    const row = [...this.rowElements].find((one) => one.dataset.key === this.anchor.key);
    if (!row) return;
    const wanted = row.offsetTop - this.anchor.offset + this.anchor.hidden * row.offsetHeight;
    if (Math.abs(wanted - this.scroller.scrollTop) >= 1) this.scroller.scrollTop = wanted;
  }

  // Everything that depends on what is seen now: which rows to draw, which pages to ask for, what
  // counts as read.
  look() {
    if (!this.placed) return;
    const n = this.timeline.messages.length;
    const seen = this.seen();
    if (!this.follow) {
      const range = rangeAround(this.range, seen, n);
      if (range.from !== this.range.from || range.to !== this.range.to) this.range = range;
    }
    const away = !this.follow && !this.atEnd();
    if (away !== this.away) this.away = away;
    if (seen.from < margin) this.app.history.older(this.room.id);
    if (seen.to > n - margin) this.app.history.newer(this.room.id);
    this.awaitRead();
  }

  // The messages in view, as indices [from, to).
  seen() {
    const rows = this.rowElements;
    const { scrollTop, clientHeight } = this.scroller;
    const from = firstBelow(rows, scrollTop);
    let to = from;
    while (to < rows.length && rows[to].offsetTop < scrollTop + clientHeight) to++;
    const n = this.timeline.messages.length;
    return { from: Math.min(n, this.range.from + from), to: Math.min(n, this.range.from + to) };
  }

  atEnd() {
    const { scrollTop, clientHeight, scrollHeight } = this.scroller;
    const drawn = this.range.to >= this.timeline.messages.length && !hasNewer(this.timeline, this.room);
    return drawn && scrollHeight - clientHeight - scrollTop < end_px;
  }

  scrolled() {
    if (!this.placed) return;
    // What has another size now has moved the view, not the reader.
    if (this.size !== this.sizeNow()) return this.keepPlace();
    this.follow = this.atEnd();
    this.anchor = this.follow ? null : this.findAnchor();
    this.look();
  }

  // Jumps to the newest message, whatever is drawn or loaded now.
  toEnd() {
    this.app.dispatch({ type: 'divider_cleared' });
    if (hasNewer(this.timeline, this.room)) {
      this.reset('end');
      this.app.history.openLatest(this.room.id);
      return;
    }
    this.follow = true;
    this.away = false;
    this.requestUpdate();
  }

  reload() {
    const { history } = this.app;
    if (!this.timeline.loaded) history.open(this.room.id);
    else if (hasNewer(this.timeline, this.room)) history.newer(this.room.id);
    else history.older(this.room.id);
  }

  // --- reading -----------------------------------------------------------------------------------

  // The highest seq of the peer that was really seen: its lower edge is in view, or it fills the
  // view.
  seenSeq() {
    const { scrollTop, clientHeight } = this.scroller;
    const bottom = scrollTop + clientHeight + 4;
    const rows = this.rowElements;
    for (let i = rows.length - 1; i >= 0; i--) {
      const row = rows[i];
      const ends = row.offsetTop + row.offsetHeight;
      const seen = ends <= bottom || (row.offsetTop <= scrollTop && ends > bottom);
      if (seen && ends > scrollTop && row.classList.contains('theirs')) return Number(row.dataset.seq);
    }
    return 0;
  }

  awaitRead() {
    if (this.readTimer || !this.focused || !this.online || this.seenSeq() <= this.room.read_seq) return;
    this.readTimer = setTimeout(() => {
      this.readTimer = 0;
      if (this.isConnected && this.placed && this.focused) this.app.readMarks.mark(this.room.id, this.seenSeq());
    }, read_after_ms);
  }
}

const part = ({ text, href }) =>
  href ? html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow ugc" dir="ltr">${text}</a>` : text;

const skeleton = html`<div class="skeleton" aria-hidden="true">${[38, 52, 24, 60, 44, 30].map((w, i) => html`<span class="w${w} ${i % 3 === 1 ? 'mine' : ''}"></span>`)}</div>`;

const end = (n) => ({ from: Math.max(0, n - tail), to: n });
const clamp = (x, low, high) => Math.min(high, Math.max(low, x));

// The index of the first row whose lower edge is below `y`. Rows stand one below the other: halving
// finds it.
function firstBelow(rows, y) {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].offsetTop + rows[middle].offsetHeight > y) high = middle;
    else low = middle + 1;
  }
  return low;
}

define('billet-timeline', BilletTimeline);
