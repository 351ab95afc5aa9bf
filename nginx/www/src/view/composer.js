// view/composer.js — <billet-composer>: where a message is written. Keeps the draft, tells of
// typing, knows the limits.

import { nothing } from 'lit';
import { Part, define, html, styles } from './part.js';
import { icons } from './icons.js';
import { isComposing } from './keys.js';
import { isTouch } from './media.js';
import { bytes, codePoints, hasVisible } from './text.js';
import { composerStyles } from './composer.css.js';
import { wellFormed } from '../state/wellformed.js';

const max_code_points = 4000;
const max_bytes = 16000;
const warn_below = 400; // characters left from which on they are counted
const draft_after_ms = 250; // what somebody who types without a pause may lose

// Where the browser does not let the field grow by itself.
const growsItself = () => globalThis.CSS?.supports?.('field-sizing', 'content') ?? false;

class BilletComposer extends Part {
  static properties = {
    room: { attribute: false },
    draft: { attribute: false },
    refused: { type: Boolean },
    text: { state: true },
  };
  static styles = styles(composerStyles);

  constructor() {
    super();
    this.text = '';
  }

  willUpdate(changed) {
    if (!changed.has('room') && !changed.has('draft')) return;
    const before = changed.get('room');
    const other_room = changed.has('room') && before?.id !== this.room.id;
    if (other_room) {
      if (before) this.keep(before.id);
      this.text = this.draft;
    } else if (changed.has('draft') && this.draft === '' && changed.get('draft') === wellFormed(this.text)) {
      this.text = ''; // another part sent or cleared it
    }
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    if (this.room) this.keep(this.room.id);
  }

  render() {
    const name = this.room.peer.display_name;
    if (this.room.blocked_by_me) {
      return html`<div class="notice" role="status"><span>${this.t('youBlocked', { name })}</span>
        <button class="button" @click=${() => this.say('billet-block', { user: this.room.peer, blocked: false })}>${this.t('unblockShort')}</button></div>`;
    }
    const touch = isTouch();
    return html`
      ${this.refused ? html`<p class="line" role="status">${this.t('refused', { name })}</p>` : nothing}
      ${this.limitLine()}
      <div class="box">
        <textarea rows="1" dir="auto" .value=${this.text} aria-label=${this.t('messageTo', { name })} placeholder=${this.t('writeMessage')} enterkeyhint=${touch ? 'enter' : 'send'}
          title=${touch ? nothing : this.t('sendHint')} @input=${this.typed} @keydown=${this.key} @blur=${() => this.keep(this.room.id)}></textarea>
        <button class="send" aria-label=${this.t('send')} title=${this.t('send')} aria-disabled=${String(!this.sendable)} @click=${() => this.send()}>${icons.send()}</button>
      </div>`;
  }

  limitLine() {
    const { left, over_bytes } = this.room_left();
    if (left < 0) return html`<p class="line over" role="status">${this.t('tooLong', { count: -left })}</p>`;
    if (over_bytes) return html`<p class="line over" role="status">${this.t('tooManyBytes')}</p>`;
    return left < warn_below ? html`<p class="line">${this.t('charactersLeft', { count: left })}</p>` : nothing;
  }

  room_left() {
    const { length } = this.text;
    return {
      left: length > max_code_points - warn_below ? max_code_points - codePoints(this.text) : max_code_points,
      over_bytes: length > max_bytes / 4 && bytes(this.text) > max_bytes,
    };
  }

  get sendable() {
    const { left, over_bytes } = this.room_left();
    return hasVisible(this.text) && left >= 0 && !over_bytes;
  }

  focus() {
    this.$('textarea')?.focus({ preventScroll: true });
  }

  typed(event) {
    this.text = event.target.value.replaceAll('\0', '');
    if (!growsItself()) grow(event.target);
    this.timer ||= setTimeout(() => this.keep(this.room.id), draft_after_ms);
    if (hasVisible(this.text)) this.app.typing.tell(this.room.id);
  }

  keep(roomId) {
    clearTimeout(this.timer);
    this.timer = 0;
    this.app.texts.draft(roomId, this.text.trim() ? this.text : '');
  }

  // On a touch screen Enter makes a new line, and its key shows that: a keyboard there has no
  // Shift+Enter, and the button is beside the thumb.
  key(event) {
    const makesLine = event.shiftKey || event.altKey || (isTouch() && !event.ctrlKey && !event.metaKey);
    if (isComposing(event) || event.key !== 'Enter' || makesLine) return;
    event.preventDefault();
    this.send();
  }

  send() {
    if (!this.sendable) return this.focus();
    const text = this.text.trim();
    clearTimeout(this.timer);
    this.timer = 0;
    this.text = '';
    this.app.outgoing.send(this.room.id, text);
    this.say('billet-sent');
    this.updateComplete.then(() => {
      const area = this.$('textarea');
      if (area && !growsItself()) grow(area);
      this.focus();
    });
  }
}

function grow(area) {
  area.style.height = 'auto';
  area.style.height = `${area.scrollHeight}px`;
}

define('billet-composer', BilletComposer);
