// view/room.js — <billet-room>: one conversation: who it is with, its messages, the composer.

import { nothing } from 'lit';
import { Part, avatar, define, html, styles } from './part.js';
import { icons } from './icons.js';
import { isComposing } from './keys.js';
import { roomStyles } from './room.css.js';
import { pendingOf } from '../state/select.js';
import { timelineOf } from '../state/timeline.js';
import './timeline.js';
import './composer.js';

class BilletRoom extends Part {
  static properties = {
    state: { attribute: false },
    room: { attribute: false },
    alone: { type: Boolean },
    menu: { state: true },
  };
  static styles = styles(roomStyles);

  constructor() {
    super();
    this.menu = false;
    this.addEventListener('billet-sent', () => this.$('billet-timeline').toEnd());
  }

  render() {
    const { state, room } = this;
    const { peer } = room;
    const typing = Boolean(state.typing[room.id]) && !room.blocked_by_me;
    return html`
      <header>
        <button class="icon-button back ${this.alone ? '' : 'on'}" aria-label=${this.t('back')} @click=${() => this.say('billet-close')}>${icons.back()}</button>
        ${avatar(peer, 'small')}
        <div class="who">
          <h2 class="truncate"><bdi>${peer.display_name}</bdi></h2>
          <p class="state truncate ${typing ? 'typing' : ''}">${typing ? this.t('typingShort') : html`@<bdi>${peer.username}</bdi>`}</p>
        </div>
        ${this.options(peer, room.blocked_by_me)}
      </header>
      <billet-timeline .app=${this.app} .tr=${this.tr} .room=${room} .timeline=${timelineOf(state, room.id)} .pending=${pendingOf(state, room.id)} .me=${state.me}
        .divider=${state.open?.divider ?? null} .focused=${state.focused} .online=${state.link.status === 'online' || state.link.limited} .typing=${typing}></billet-timeline>
      <billet-composer .app=${this.app} .tr=${this.tr} .room=${room} .draft=${state.drafts[room.id] ?? ''} .refused=${Boolean(state.refused[room.id])}></billet-composer>`;
  }

  options(peer, blocked) {
    const name = peer.display_name;
    return html`<div class="menu" @keydown=${this.menuKey} @focusout=${this.menuLeft}>
      <button class="icon-button" aria-label=${this.t('conversationMenu')} aria-expanded=${String(this.menu)} @click=${() => (this.menu = !this.menu)}>${icons.more()}</button>
      ${
        this.menu
          ? html`<ul>
        <li><button class=${blocked ? '' : 'danger'} @click=${() => this.block(!blocked)}>${icons.block()}<span>${this.t(blocked ? 'unblock' : 'block', { name })}</span></button></li>
      </ul>`
          : nothing
      }
    </div>`;
  }

  menuKey(event) {
    if (isComposing(event) || event.key !== 'Escape' || !this.menu) return;
    event.stopPropagation();
    this.menu = false;
    this.$('.menu > button').focus();
  }

  menuLeft(event) {
    if (!event.currentTarget.contains(event.relatedTarget)) this.menu = false;
  }

  block(blocked) {
    this.menu = false;
    this.say('billet-block', { user: this.room.peer, blocked });
  }

  focusComposer() {
    this.$('billet-composer')?.focus();
  }
}

define('billet-room', BilletRoom);
