// view/chat.js — <billet-chat>: the whole chat as one element, for our own page and for a host's.
//
// Attributes: token-url (tokens of the host application; without it Billet's own accounts, on
// Billet's own origin only), peer (user id or username: only that conversation is shown), server
// (where Billet is when it is not where the script came from), lang, theme, page (rooms are in the
// address, the title tells of unread messages). Events: billet-ready, billet-unread { total }.

import { LitElement, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { theme, base } from './theme.css.js';
import { define } from './part.js';
import { icons } from './icons.js';
import { isComposing, isSwitcherKey } from './keys.js';
import { media } from './media.js';
import { App } from '../app/app.js';
import { Alerts, allowNotifications, notificationsUndecided } from '../app/alerts.js';
import { baseOf, homeOf, isOwn } from '../app/place.js';
import { Prefs } from '../app/prefs.js';
import { HostTokens, OwnTokens } from '../net/tokens.js';
import { bestLanguage, Translator } from '../i18n/index.js';
import { initialState } from '../state/reducer.js';
import { roomsByActivity } from '../state/select.js';
import { chatStyles } from './chat.css.js';
import './auth.js';
import './banner.js';
import './rooms.js';
import './room.js';
import './switcher.js';
import './settings.js';
import './confirm.js';

const announced_max = 3;
// The embedded script is a classic one and knows where it came from; that of our own page is a
// module and does not. An element of the host's page that is named currentScript would stand here
// too.
const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : '';
const roomOfHash = () => Number(/^#\/rooms\/(\d+)$/.exec(location.hash)?.[1] ?? 0);

class BilletChat extends LitElement {
  static properties = {
    tokenUrl: { attribute: 'token-url' },
    peer: {},
    server: {},
    lang: {},
    theme: {},
    page: { type: Boolean },
    state: { state: true },
    dialog: { state: true },
    missing: { state: true },
    announced: { state: true },
  };
  static styles = [theme, base, chatStyles];

  constructor() {
    super();
    Object.assign(this, { tokenUrl: '', peer: '', server: '', page: false, ends: [] });
    this.end();
    this.prefs = new Prefs();
    this.dark = media('(prefers-color-scheme: dark)');
    this.lookAgain = () => (this.dress(), this.requestUpdate());
    this.keyed = (event) => this.key(event);
    this.hashed = () => this.follow();
    const on = { open: this.onOpen, close: this.onClose, block: this.onBlock, notify: this.onNotify };
    for (const [name, work] of Object.entries(on)) this.addEventListener(`billet-${name}`, work);
    this.addEventListener('billet-switcher', () => (this.dialog = { kind: 'switcher' }));
    this.addEventListener('billet-leave', () => this.onLeave());
    this.addEventListener('billet-settings', () => (this.dialog = { kind: 'settings' }));
    this.addEventListener('billet-dialog-closed', () => (this.dialog = null));
  }

  connectedCallback() {
    super.connectedCallback();
    this.dress();
    this.prefs.addEventListener('change', this.lookAgain);
    this.dark.addEventListener('change', this.lookAgain);
    window.addEventListener('keydown', this.keyed);
    if (this.page) window.addEventListener('hashchange', this.hashed);
    this.begin();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.end();
    this.prefs.removeEventListener('change', this.lookAgain);
    this.dark.removeEventListener('change', this.lookAgain);
    window.removeEventListener('keydown', this.keyed);
    window.removeEventListener('hashchange', this.hashed);
  }

  // A framework may set attributes once the element stands in the page.
  willUpdate() {
    if (this.isConnected && this.begunFor !== this.attributesNow) this.begin();
  }

  get attributesNow() {
    return JSON.stringify([this.tokenUrl, this.server, this.peer]);
  }

  begin() {
    this.end();
    this.begunFor = this.attributesNow;
    const home = homeOf({ server: this.server, script, page: this.page || this.server ? location.href : '' });
    this.misplaced = this.misplacedAt(home);
    if (this.misplaced) return;
    const base = baseOf(home, self.origin);
    const tokens = this.tokenUrl ? new HostTokens({ url: this.tokenUrl }) : new OwnTokens({ base });
    this.app = new App({ base, tokens });
    this.state = this.app.state;
    this.ends = [this.app.store.subscribe((state, before) => this.changed(state, before)), () => this.app.stop()];
    if (this.page) {
      this.alerts = new Alerts({
        app: this.app,
        prefs: this.prefs,
        t: (...args) => this.tr.t(...args),
        open: (roomId) => this.go(roomId),
      });
      this.ends.push(() => this.alerts.stop());
    }
    this.app.start();
  }

  end() {
    for (const end of this.ends) end();
    Object.assign(this, { ends: [], app: null, state: initialState(), dialog: null, missing: '', announced: [] });
  }

  // Why nothing can begin here, as the key of a sentence for who made the page. Passwords of Billet
  // are asked for on its own origin only: on a page of somebody else, people could not know whom
  // they give them to.
  misplacedAt(home) {
    const why = home === null ? 'needsServer' : !this.tokenUrl && !isOwn(home, self.origin) ? 'needsTokenUrl' : '';
    if (why) console.error(`<billet-chat>: ${new Translator('en').t(why)}`);
    return why;
  }

  // Colours and words as preferred.
  dress() {
    const wanted = this.theme || this.prefs.values.theme;
    const scheme = wanted === 'light' || wanted === 'dark' ? wanted : this.dark.matches ? 'dark' : 'light';
    this.setAttribute('scheme', scheme);
    const lang = bestLanguage(this.lang || this.prefs.values.lang);
    if (this.tr?.lang !== lang) this.tr = new Translator(lang);
    if (!this.page) return;
    document.documentElement.lang = lang;
    document.documentElement.dataset.scheme = scheme;
    document
      .querySelector('meta[name="theme-color"]')
      ?.setAttribute('content', scheme === 'dark' ? '#121418' : '#f8f7f5');
  }

  // --- following the state -----------------------------------------------------------------------

  changed(state, before) {
    this.state = state;
    if (state.phase === 'ready' && before.phase !== 'ready') this.entered();
    if (state.phase === 'signed_out' && before.phase !== 'signed_out')
      Object.assign(this, { dialog: null, missing: '', announced: [] });
    if (state.totalUnread !== before.totalUnread) this.tell('billet-unread', { total: state.totalUnread });
    if (state.arrivalCount !== before.arrivalCount) this.announce(state, before.arrivalCount);
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  async entered() {
    this.tell('billet-ready');
    if (this.peer) {
      try {
        await this.show(await this.app.rooms.withPeer(this.peer));
      } catch (error) {
        this.missing = error.code ?? 'internal';
      }
    } else if (this.page) this.follow();
  }

  // One sentence per message of somebody else, and none for anything older than that.
  announce(state, known) {
    const fresh = state.arrivals
      .filter(({ n }) => n > known)
      .map(({ n, roomId, message }) => {
        const name = state.rooms[roomId]?.peer.display_name;
        if (roomId === state.open?.roomId)
          return { n, text: this.tr.t('saidBy', { name: name ?? '', text: message.content }) };
        return { n, text: name ? this.tr.t('messageFrom', { name }) : this.tr.t('newMessage') };
      });
    this.announced = [...this.announced, ...fresh].slice(-announced_max);
  }

  // --- where we are ------------------------------------------------------------------------------

  // Shows what the address names.
  follow() {
    if (this.state.phase !== 'ready') return;
    const roomId = roomOfHash();
    if (roomId) this.show(roomId).catch(() => this.go(0));
    else this.app.rooms.close();
  }

  go(roomId) {
    if (!this.page) return roomId ? this.show(roomId) : this.app.rooms.close();
    const hash = roomId ? `#/rooms/${roomId}` : '#/';
    if (location.hash === hash) this.follow();
    else location.hash = hash;
  }

  async show(roomId) {
    const opening = this.app.rooms.open(roomId);
    await Promise.race([opening, new Promise((resolve) => setTimeout(resolve, 30))]);
    await this.updateComplete;
    if (!this.dialog) this.renderRoot.querySelector('billet-room')?.updateComplete.then(() => this.focusComposer());
    await opening;
  }

  // On a touch screen the keyboard comes up only when it is asked for.
  focusComposer() {
    if (media('(hover: hover)').matches && document.hasFocus())
      this.renderRoot.querySelector('billet-room')?.focusComposer();
  }

  onOpen({ detail }) {
    this.go(detail.roomId);
  }

  async onClose() {
    const roomId = this.state.open?.roomId;
    this.go(0);
    await new Promise((resolve) => setTimeout(resolve));
    await this.updateComplete;
    this.renderRoot.querySelector('billet-rooms')?.focusRoom(roomId);
  }

  onBlock({ detail: { user, blocked } }) {
    const name = user.display_name;
    const ask = {
      title: this.tr.t('blockTitle', { name }),
      text: this.tr.t('blockText', { name }),
      action: this.tr.t('block', { name }),
      work: () => this.app.rooms.setBlocked(user.id, true),
    };
    if (blocked) this.dialog = { kind: 'confirm', ask };
    else
      this.app.rooms.setBlocked(user.id, false).then(
        () => this.focusComposer(),
        () => {},
      );
  }

  onLeave() {
    const count = this.app.texts.unsent;
    if (count === 0) return this.app.session.logout();
    const { t } = this.tr;
    this.dialog = {
      kind: 'confirm',
      ask: {
        title: t('leaveTitle'),
        text: t('leaveText', { count }),
        action: t('leave'),
        work: () => this.app.session.logout(),
      },
    };
  }

  async onNotify({ detail: { on } }) {
    this.prefs.set({ asked: true, notify: on && (await allowNotifications()) });
  }

  // Alt+Up/Down, Ctrl+K, Esc. On a host's page only from within the element.
  key(event) {
    const ours = this.page || event.composedPath().includes(this);
    if (!ours || this.peer || this.state.phase !== 'ready' || isComposing(event)) return;
    const work = this.workOf(event);
    if (!work) return;
    if (event.key !== 'Escape') event.preventDefault();
    work();
  }

  workOf(event) {
    if (isSwitcherKey(event))
      return () => (this.dialog = this.dialog?.kind === 'switcher' ? null : { kind: 'switcher' });
    if (this.dialog) return null;
    if (event.altKey && event.key === 'ArrowUp') return () => this.neighbour(-1);
    if (event.altKey && event.key === 'ArrowDown') return () => this.neighbour(1);
    if (event.key === 'Escape' && this.state.open) return () => this.onClose();
    return null;
  }

  neighbour(step) {
    const rooms = roomsByActivity(this.state.rooms);
    const at = rooms.findIndex((room) => room.id === this.state.open?.roomId);
    const next = rooms[at < 0 ? 0 : at + step];
    if (next) this.go(next.id);
  }

  // --- drawing -----------------------------------------------------------------------------------

  render() {
    if (this.misplaced) return this.message(this.tr.t('notSetUp'), this.tr.t(this.misplaced));
    const { state } = this;
    const open = Boolean(state.open) || Boolean(this.peer);
    return html`<div class="frame">
        ${state.phase === 'signed_out' || state.phase === 'failed' ? nothing : html`<billet-banner .app=${this.app} .tr=${this.tr} .link=${state.link} .note=${state.note}></billet-banner>`}
        <div class="screen ${open ? 'open' : ''} ${this.peer ? 'single' : ''}">${this.screen()}</div>
      </div>
      <div class="sr" aria-live="polite" aria-relevant="additions">${repeat(
        this.announced,
        ({ n }) => n,
        ({ text }) => html`<p>${text}</p>`,
      )}</div>
      ${this.dialogNow()}`;
  }

  screen() {
    const { state, app, tr } = this;
    if (state.phase === 'signed_out') {
      return this.tokenUrl
        ? this.message(state.reason === 'account_disabled' ? tr.problem(state.reason) : tr.t('hostSignedOut'), '', true)
        : html`<billet-auth class="full" role=${this.page ? 'main' : nothing} .app=${app} .tr=${tr} .reason=${state.reason}></billet-auth>`;
    }
    if (state.phase === 'failed') return this.message(tr.t('loadFailedTitle'), tr.problem(state.reason), true);
    if (state.phase === 'starting') return nothing;
    return html`${this.peer ? nothing : html`<div class="list" role="navigation" aria-label=${tr.t('chats')}>${this.list()}</div>`}
      <div class="pane" role=${this.page ? 'main' : 'region'} aria-label=${tr.t('conversations')}>${this.pane()}</div>`;
  }

  list() {
    const { state, app, tr } = this;
    const offer =
      this.page &&
      !this.prefs.values.asked &&
      notificationsUndecided() &&
      roomsByActivity(state.rooms).some((room) => room.last_message);
    return html`<billet-rooms .app=${app} .tr=${tr} .rooms=${state.rooms} .me=${state.me} .openId=${state.open?.roomId ?? 0} .typing=${state.typing} .drafts=${state.drafts} .outbox=${state.outbox}
      .more=${state.roomsNext !== null} .loading=${state.phase === 'loading'} .offer=${offer}></billet-rooms>`;
  }

  pane() {
    const { state, app, tr } = this;
    const room = state.open ? state.rooms[state.open.roomId] : null;
    if (room)
      return html`<billet-room .app=${app} .tr=${tr} .state=${state} .room=${room} .alone=${Boolean(this.peer)}></billet-room>`;
    if (this.missing) return this.message(tr.problem(this.missing), '');
    if (state.open || this.peer || state.phase === 'loading')
      return html`<div class="note"><span class="spinner"></span><span class="sr">${tr.t('loading')}</span></div>`;
    return html`<div class="note">${icons.logo(56)}<h2>${tr.t('pickChatTitle')}</h2><p class="muted">${tr.t('pickChatText')}</p></div>`;
  }

  message(title, text, retry = false) {
    return html`<div class="note full" role=${this.page ? 'main' : nothing}>${icons.logo(56)}<h1>${title}</h1><p class="muted">${text}</p>
      ${retry ? html`<button class="button primary" @click=${() => this.app.tryNow()}>${this.tr.t('tryNow')}</button>` : nothing}</div>`;
  }

  dialogNow() {
    const { app, tr, state } = this;
    switch (state.me && this.dialog?.kind) {
      case 'switcher':
        return html`<billet-switcher .app=${app} .tr=${tr} .rooms=${state.rooms} .me=${state.me}></billet-switcher>`;
      case 'settings':
        return html`<billet-settings .app=${app} .tr=${tr} .me=${state.me} .prefs=${this.prefs} .values=${this.prefs.values} .embedded=${Boolean(this.tokenUrl)}></billet-settings>`;
      case 'confirm':
        return html`<billet-confirm .app=${app} .tr=${tr} .ask=${this.dialog.ask}></billet-confirm>`;
      default:
        return nothing;
    }
  }
}

define('billet-chat', BilletChat);
