// view/rooms.js — <billet-rooms>: the list of conversations, latest activity first.

import { nothing } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { Part, avatar, controlKey, define, html, styles, css } from './part.js';
import { icons, ticks } from './icons.js';
import { dayNumber } from '../i18n/index.js';
import { roomsByActivity, tickOf } from '../state/select.js';
import { cut } from '../state/wellformed.js';

class BilletRooms extends Part {
  static properties = {
    rooms: { attribute: false },
    me: { attribute: false },
    openId: { attribute: false },
    typing: { attribute: false },
    drafts: { attribute: false },
    outbox: { attribute: false },
    more: { type: Boolean },
    loading: { type: Boolean },
    offer: { type: Boolean },
  };
  static styles = styles(css`
    :host {
      display: flex;
      flex-direction: column;
      height: 100%;
      background: var(--side);
    }
    header {
      display: flex;
      align-items: center;
      gap: 4px;
      padding: 14px 12px 10px 20px;
    }
    h1 {
      flex: 1;
      font-size: 22px;
      font-weight: 700;
      letter-spacing: -0.015em;
    }
    .find {
      display: flex;
      align-items: center;
      gap: 10px;
      margin: 0 14px 10px;
      padding: 9px 14px;
      border-radius: 12px;
      background: var(--hover);
      color: var(--text-2);
      text-align: start;
    }
    .find:hover {
      color: var(--text);
    }
    .find span {
      flex: 1;
    }
    kbd {
      font: inherit;
      font-size: 12px;
      padding: 1px 6px;
      border: 1px solid var(--line);
      border-radius: 6px;
      color: var(--text-3);
      background: var(--side);
    }
    .scroller {
      flex: 1;
      min-height: 0;
      overflow-y: auto;
      overscroll-behavior: contain;
      padding: 0 8px 12px;
      scrollbar-width: thin;
      scrollbar-color: var(--line) transparent;
    }
    li {
      content-visibility: auto;
      contain-intrinsic-size: auto 70px;
    }
    .room {
      display: flex;
      align-items: center;
      gap: 13px;
      width: 100%;
      padding: 11px 12px;
      border-radius: 16px;
    }
    .room:hover {
      background: var(--hover);
    }
    .room[aria-current='true'] {
      background: var(--active);
    }
    .room:focus-visible {
      outline-offset: -2px;
    }
    .body {
      flex: 1;
      min-width: 0;
    }
    .top,
    .bottom {
      display: flex;
      align-items: center;
      gap: 8px;
    }
    .name {
      flex: 1;
      font-weight: 600;
    }
    .when {
      flex: none;
      font-size: 12.5px;
      color: var(--text-2);
    }
    .preview {
      flex: 1;
      min-width: 0;
      font-size: 14px;
      color: var(--text-2);
    }
    .unread .preview {
      color: var(--text);
    }
    .unread .when,
    .preview .live {
      color: var(--accent);
      font-weight: 600;
    }
    .preview .draft {
      color: var(--danger);
    }
    .tick {
      flex: none;
      color: var(--text-3);
    }
    .tick.read {
      color: var(--accent);
    }
    .tick.failed {
      color: var(--danger);
    }
    .badge {
      flex: none;
      min-width: 21px;
      padding: 0 6px;
      border-radius: 99px;
      background: var(--fill);
      color: var(--on-fill);
      font-size: 12px;
      font-weight: 700;
      line-height: 21px;
      text-align: center;
      font-variant-numeric: tabular-nums;
    }
    .offer {
      margin: 0 14px 10px;
      padding: 12px 14px;
      border-radius: 14px;
      background: var(--active);
      font-size: 14px;
    }
    .offer div {
      display: flex;
      gap: 16px;
      padding-top: 6px;
    }
    .empty {
      display: grid;
      gap: 6px;
      justify-items: center;
      padding: 14vh 24px 24px;
      text-align: center;
      text-wrap: balance;
    }
    .empty svg {
      color: var(--text-3);
    }
    .empty h2 {
      font-size: 17px;
    }
    .empty .button {
      margin-top: 10px;
    }
    .bone {
      display: flex;
      gap: 13px;
      align-items: center;
      padding: 11px 12px;
    }
    .bone i {
      display: block;
      height: 11px;
      border-radius: 6px;
      background: var(--hover);
      animation: breathe 1.2s ease-in-out infinite alternate;
    }
    .bone i:first-child {
      width: 46px;
      height: 46px;
      border-radius: 50%;
      flex: none;
    }
    .bone div {
      flex: 1;
      display: grid;
      gap: 9px;
    }
    .bone div i:first-child {
      width: 45%;
      height: 11px;
      border-radius: 6px;
    }
    @keyframes breathe {
      to {
        opacity: 0.5;
      }
    }
    .more {
      display: grid;
      place-items: center;
      padding: 14px;
    }
    @container (max-width: 719px) {
      kbd {
        display: none;
      }
    }
  `);

  render() {
    const rooms = roomsByActivity(this.rooms);
    return html`
      <header>
        <h1>${this.t('chats')}</h1>
        <button class="icon-button" aria-label=${this.t('settings')} title=${this.t('settings')} @click=${() => this.say('billet-settings')}>${icons.settings()}</button>
        <button class="icon-button" aria-label=${this.t('newChat')} title=${this.t('newChat')} @click=${() => this.say('billet-switcher')}>${icons.compose()}</button>
      </header>
      <button class="find" @click=${() => this.say('billet-switcher')}>${icons.search()}<span class="truncate">${this.t('find')}</span><kbd aria-hidden="true">${controlKey(this.t)} K</kbd></button>
      ${this.offer ? this.offering() : nothing}
      <div class="scroller" @scroll=${this.scrolled}>${this.list(rooms)}</div>`;
  }

  updated() {
    this.scrolled();
  }

  list(rooms) {
    if (this.loading) {
      return html`<div role="status"><span class="sr">${this.t('loadingChats')}</span>
        ${Array.from({ length: 7 }, () => html`<div class="bone" aria-hidden="true"><i></i><div><i></i><i></i></div></div>`)}</div>`;
    }
    if (rooms.length === 0) {
      return html`<div class="empty">${icons.chats()}<h2>${this.t('noChatsTitle')}</h2><p class="muted">${this.t('noChatsText')}</p>
        <button class="button primary" @click=${() => this.say('billet-switcher')}>${this.t('newChat')}</button></div>`;
    }
    return html`<ul aria-label=${this.t('conversations')}>${repeat(
      rooms,
      (room) => room.id,
      (room) => this.unlessSame(room),
    )}</ul>
      ${this.more ? html`<div class="more"><span class="spinner"></span></div>` : nothing}`;
  }

  // Of a thousand rooms one has changed: the others are not drawn again, unless the day or the language is another one.
  unlessSame(room) {
    const { id } = room;
    return guard(
      [
        room,
        this.typing[id],
        this.drafts[id],
        this.unsentOf(id),
        id === this.openId,
        this.me,
        this.tr,
        dayNumber(new Date()),
      ],
      () => this.row(room),
    );
  }

  unsentOf = (id) => this.outbox.findLast((item) => item.roomId === id);

  row(room) {
    const { peer, unread_count: count } = room;
    const at = room.last_message?.created_at ?? room.created_at;
    return html`<li><button class="room ${count > 0 ? 'unread' : ''}" data-room=${room.id} aria-current=${room.id === this.openId ? 'true' : 'false'}
      @click=${() => this.say('billet-open', { roomId: room.id })}>
      ${avatar(peer)}
      <span class="body">
        <span class="top"><span class="name truncate"><bdi>${peer.display_name}</bdi></span><time class="when" datetime=${at}>${this.tr.brief(at)}</time></span>
        <span class="bottom">${this.preview(room)}${
          count > 0
            ? html`<span class="badge"><span aria-hidden="true">${count > 999 ? '999+' : count}</span><span class="sr">${this.t('unread', { count })}</span></span>`
            : nothing
        }</span>
      </span>
    </button></li>`;
  }

  preview(room) {
    if (this.typing[room.id])
      return html`<span class="preview truncate"><span class="live">${this.t('typingShort')}</span></span>`;
    const draft = room.id === this.openId ? '' : this.drafts[room.id];
    if (draft)
      return html`<span class="preview truncate"><bdi class="draft">${this.t('draftSaid', { text: line(draft) })}</bdi></span>`;
    const unsent = this.unsentOf(room.id);
    if (unsent) return this.said(unsent.status, unsent.content);
    const message = room.last_message;
    if (!message) return html`<span class="preview truncate">${this.t('noMessages')}</span>`;
    return this.said(message.sender_id === this.me.id ? tickOf(room, message) : '', message.content);
  }

  // `tick`: what became of a message of ours; '' for one of the peer.
  said(tick, content) {
    return html`${tick ? html`<span class="tick ${tick}">${ticks[tick]}<span class="sr">${this.t(`tick_${tick}`)}</span></span>` : nothing}
      <span class="preview truncate"><bdi>${line(content)}</bdi></span>`;
  }

  offering() {
    return html`<div class="offer"><p>${this.t('offerNotifications')}</p>
      <div><button class="link" @click=${() => this.say('billet-notify', { on: true })}>${this.t('turnOn')}</button>
      <button class="link" @click=${() => this.say('billet-notify', { on: false })}>${this.t('notNow')}</button></div></div>`;
  }

  scrolled() {
    const scroller = this.$('.scroller');
    if (this.more && scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 600)
      this.app.moreRooms().catch(() => {});
  }

  focusRoom(roomId) {
    (this.$(`[data-room='${roomId}']`) ?? this.$('.room') ?? this.$('.find'))?.focus();
  }
}

// One line of a message: a preview needs no more than that.
const line = (text) => cut(text, 160).replace(/\s+/g, ' ');

define('billet-rooms', BilletRooms);
