// view/switcher.js — <billet-switcher>: finds a conversation among those that are here, or a person
// by username.

import { nothing } from 'lit';
import { avatar, define, html, styles } from './part.js';
import { Dialog } from './dialog.js';
import { dialogStyles } from './dialog.css.js';
import { icons } from './icons.js';
import { isComposing } from './keys.js';
import { switcherStyles } from './switcher.css.js';
import { roomsByActivity } from '../state/select.js';

const ask_after_ms = 180;
const shown_max = 8; // conversations offered at once

class BilletSwitcher extends Dialog {
  static properties = {
    rooms: { attribute: false },
    me: { attribute: false },
    query: { state: true },
    people: { state: true },
    asking: { state: true },
    error: { state: true },
    at: { state: true },
  };
  static styles = styles(dialogStyles, switcherStyles);

  constructor() {
    super();
    Object.assign(this, { query: '', people: [], asking: false, error: '', at: 0 });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  get conversations() {
    const words = this.query.trim().toLowerCase();
    const fits = ({ peer }) => peer.username.includes(words) || peer.display_name.toLowerCase().includes(words);
    return roomsByActivity(this.rooms)
      .filter((room) => !words || fits(room))
      .slice(0, shown_max);
  }

  // People without a conversation among those shown.
  strangers(conversations) {
    const shown = new Set(conversations.map((room) => room.peer.id));
    return this.people.filter((user) => !shown.has(user.id) && user.id !== this.me.id);
  }

  render() {
    const conversations = this.conversations;
    const people = this.strangers(conversations);
    const options = [
      ...conversations.map((room) => ({ user: room.peer, roomId: room.id })),
      ...people.map((user) => ({ user })),
    ];
    this.options = options;
    const at = Math.min(this.at, Math.max(0, options.length - 1));
    const option = (one, i) => html`<div class="option" role="option" id="option-${i}" aria-selected=${String(i === at)}
      @click=${() => this.choose(one)} @mousemove=${() => (this.at = i)}>${avatar(one.user, 'small')}
      <span><span class="name truncate"><bdi>${one.user.display_name}</bdi></span><span class="muted small truncate username">@<bdi>${one.user.username}</bdi></span></span></div>`;
    return html`<dialog aria-label=${this.t('switcher')}>
      <div class="search">${icons.search()}
        <input type="text" role="combobox" aria-expanded="true" aria-controls="results" aria-autocomplete="list" aria-label=${this.t('switcher')} placeholder=${this.t('switcherHint')}
          aria-activedescendant=${options.length ? `option-${at}` : nothing} autocapitalize="none" autocomplete="off" spellcheck="false" enterkeyhint="go" maxlength="64"
          @input=${this.typed} @keydown=${this.key} autofocus />
        <button class="icon-button" aria-label=${this.t('close')} @click=${this.close}>${icons.close()}</button>
      </div>
      <div class="results" tabindex="-1">
        <div role="listbox" id="results" aria-label=${this.t('switcher')}>
          ${this.group(this.t('conversations'), options.slice(0, conversations.length).map(option))}
          ${this.group(
            this.t('people'),
            options.slice(conversations.length).map((one, i) => option(one, conversations.length + i)),
          )}
        </div>
        <p class="note" role="status" ?hidden=${!this.note(options)}>${this.note(options)}</p>
      </div>
      <p class="keys" aria-hidden="true">${this.t('switcherKeys')}</p>
    </dialog>`;
  }

  group(name, options) {
    return options.length
      ? html`<div role="group" aria-label=${name}><div class="kind" aria-hidden="true">${name}</div>${options}</div>`
      : nothing;
  }

  note(options) {
    if (this.error) return this.tr.problem(this.error);
    if (options.length > 0) return '';
    if (this.asking) return this.t('searching');
    return this.query.trim() ? this.t('nobodyFound', { text: this.query.trim() }) : this.t('typeToSearch');
  }

  typed(event) {
    this.query = event.target.value;
    this.at = 0;
    this.error = '';
    clearTimeout(this.timer);
    const prefix = this.query.trim().toLowerCase().replace(/^@/, '');
    this.asking = /^[a-z0-9_.-]{1,32}$/.test(prefix);
    if (!this.asking) this.people = [];
    else this.timer = setTimeout(() => this.ask(prefix), ask_after_ms);
  }

  async ask(prefix) {
    const query = this.query;
    try {
      const people = await this.app.rest.findUsers(prefix);
      if (query === this.query) this.people = people;
    } catch (error) {
      if (query === this.query) this.error = error.code ?? 'internal';
    }
    if (query === this.query) this.asking = false;
  }

  key(event) {
    if (isComposing(event)) return;
    const n = this.options.length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && n) {
      event.preventDefault();
      this.at = (Math.min(this.at, n - 1) + step + n) % n;
      this.updateComplete.then(() => this.$(`#option-${this.at}`)?.scrollIntoView({ block: 'nearest' }));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const chosen = this.options[Math.min(this.at, n - 1)];
      if (chosen) this.choose(chosen);
    }
  }

  async choose({ user, roomId }) {
    try {
      const id = roomId ?? (await this.app.rooms.withUser(user.id));
      this.close();
      this.say('billet-open', { roomId: id });
    } catch (error) {
      this.error = error.code ?? 'internal';
    }
  }
}

define('billet-switcher', BilletSwitcher);
