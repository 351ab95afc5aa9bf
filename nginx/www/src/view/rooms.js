// view/rooms.js — <billet-rooms>: the list of conversations, latest activity first.

import { nothing } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { Part, avatar, controlKey, define, html, styles } from './part.js';
import { icons, ticks } from './icons.js';
import { roomsStyles } from './rooms.css.js';
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
  static styles = styles(roomsStyles);

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

  // Of a thousand rooms one has changed: the others are not drawn again, unless the day or the
  // language is another one.
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
      this.app.rooms.more().catch(() => {});
  }

  focusRoom(roomId) {
    (this.$(`[data-room='${roomId}']`) ?? this.$('.room') ?? this.$('.find'))?.focus();
  }
}

// One line of a message: a preview needs no more than that.
const line = (text) => cut(text, 160).replace(/\s+/g, ' ');

define('billet-rooms', BilletRooms);
