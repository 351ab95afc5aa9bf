// view/settings.js — <billet-settings>: profile, looks, language, notifications, blocked people,
// signing out.

import { nothing } from 'lit';
import { avatar, controlKey, define, html, styles } from './part.js';
import { Dialog } from './dialog.js';
import { dialogStyles } from './dialog.css.js';
import { icons } from './icons.js';
import { settingsStyles } from './settings.css.js';
import { languages } from '../i18n/index.js';
import { allowNotifications, notificationsPossible } from '../app/alerts.js';

class BilletSettings extends Dialog {
  static properties = {
    me: { attribute: false },
    prefs: { attribute: false },
    values: { attribute: false },
    embedded: { type: Boolean },
    blocked: { state: true },
    saved: { state: true },
    error: { state: true },
    denied: { state: true },
  };
  static styles = styles(dialogStyles, settingsStyles);

  constructor() {
    super();
    Object.assign(this, { blocked: null, saved: false, error: '', denied: false });
  }

  firstUpdated() {
    super.firstUpdated();
    this.loadBlocked();
  }

  async loadBlocked() {
    this.blocked = await this.app.rest.blocks().catch(() => null);
  }

  render() {
    return html`<dialog aria-labelledby="title">
      <div class="head">
        <h2 id="title">${this.t('settings')}</h2>
        <button class="icon-button" aria-label=${this.t('close')} @click=${this.close} autofocus>${icons.close()}</button>
      </div>
      <div class="content">${this.profile()}${this.looks()}${this.alerts()}${this.blockedPeople()}${this.keys()}
        ${this.embedded ? nothing : this.leaving()}</div>
    </dialog>`;
  }

  leaving() {
    const leave = () => this.say('billet-leave');
    return html`<section><button class="button danger" @click=${leave}>${this.t('signOut')}</button></section>`;
  }

  profile() {
    const { me } = this;
    const name = html`<bdi class="truncate"><strong>${me.display_name}</strong></bdi>`;
    return html`<section aria-label=${this.t('profile')}>
      <div class="profile">${avatar(me)}<span>${name}<br /><span class="muted small">@${me.username}</span></span></div>
      ${this.embedded ? nothing : this.renaming()}
    </section>`;
  }

  renaming() {
    return html`<form class="rename" @submit=${this.rename} novalidate>
        <div class="grow">
          <label for="name">${this.t('displayName')}</label>
          <input class="field" id="name" enterkeyhint="done" maxlength="64" dir="auto" autocomplete="name"
            .value=${this.me.display_name} @input=${() => (this.saved = false)} />
        </div>
        <button class="button">${this.t('save')}</button>
      </form>
      <p role="status" class="small muted">${this.saved ? this.t('saved') : ''}</p>
      ${this.error ? html`<p class="error" role="alert">${this.error}</p>` : nothing}`;
  }

  looks() {
    const themes = ['system', 'light', 'dark'].map((value) => this.themeChoice(value));
    return html`<section><h3>${this.t('appearance')}</h3>
      <div class="line">
        <span class="grow" id="theme-label">${this.t('theme')}</span>
        <div class="choice" role="radiogroup" aria-labelledby="theme-label">${themes}</div>
      </div>
      <div class="line">
        <label class="grow" for="lang">${this.t('language')}</label>
        <select id="lang" @change=${(event) => this.prefs.set({ lang: event.target.value })}>${this.languages()}</select>
      </div>
    </section>`;
  }

  themeChoice(value) {
    const choose = () => this.prefs.set({ theme: value });
    return html`<label>
      <input class="sr" type="radio" name="theme" value=${value} .checked=${this.values.theme === value}
        @change=${choose} /><span>${this.t(`theme_${value}`)}</span></label>`;
  }

  languages() {
    const { lang } = this.values;
    return html`<option value="system" .selected=${lang === 'system'}>${this.t('systemLanguage')}</option>
      ${Object.entries(languages).map(
        ([key, { languageName }]) =>
          html`<option value=${key} lang=${key} .selected=${lang === key}>${languageName}</option>`,
      )}`;
  }

  alerts() {
    const hint = this.denied ? 'notificationsDenied' : 'desktopNotificationsHint';
    const { notify, sound } = this.values;
    const setSound = (event) => this.prefs.set({ sound: event.target.checked });
    return html`<section><h3>${this.t('notifications')}</h3>
      ${
        notificationsPossible() && !this.embedded
          ? this.switchLine({ id: 'notify', label: 'desktopNotifications', hint, on: notify, change: this.setNotify })
          : nothing
      }
      ${this.switchLine({ id: 'sound', label: 'sound', hint: 'soundHint', on: sound, change: setSound })}
    </section>`;
  }

  // `label`, `hint`: keys of texts.
  switchLine({ id, label, hint, on, change }) {
    return html`<div class="line">
      <div class="grow">
        <label for=${id}>${this.t(label)}</label>
        <p class="small muted" id="${id}-hint">${this.t(hint)}</p>
      </div>
      <input type="checkbox" role="switch" class="switch" id=${id} aria-describedby="${id}-hint" .checked=${on}
        @change=${change} />
    </div>`;
  }

  blockedPeople() {
    if (this.blocked === null) return nothing;
    return html`<section><h3>${this.t('blockedPeople')}</h3>
      ${
        this.blocked.length === 0
          ? html`<p class="muted small">${this.t('nobodyBlocked')}</p>`
          : html`<ul>${this.blocked.map((user) => this.blockedPerson(user))}</ul>`
      }
    </section>`;
  }

  blockedPerson(user) {
    const name = user.display_name;
    return html`<li class="person">
      ${avatar(user, 'small')}<span class="grow truncate"><bdi>${name}</bdi></span>
      <button class="button" aria-label=${this.t('unblock', { name })}
        @click=${() => this.unblock(user)}>${this.t('unblockShort')}</button>
    </li>`;
  }

  keys() {
    const row = (keys, text) =>
      html`<dt>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dt><dd class="small muted">${this.t(text)}</dd>`;
    return html`<section class="keyboard"><h3>${this.t('shortcuts')}</h3><dl>
      ${row([controlKey(this.t), 'K'], 'shortcut_switch')}
      ${row(['Alt', '↑', '↓'], 'shortcut_rooms')}
      ${row([this.t('key_shift'), 'Enter'], 'shortcut_line')}
      ${row(['Esc'], 'shortcut_close')}
    </dl></section>`;
  }

  async rename(event) {
    event.preventDefault();
    this.error = '';
    const name = this.$('#name').value.trim();
    if (!name) return;
    try {
      await this.app.session.rename(name);
      this.saved = true;
    } catch (error) {
      this.error =
        error.errors?.[0]?.field === 'display_name'
          ? this.t('displayNameHint')
          : this.tr.problem(error.code ?? 'internal');
    }
  }

  async setNotify(event) {
    const box = event.target;
    const on = box.checked && (await allowNotifications());
    this.denied = box.checked && !on;
    box.checked = on;
    this.prefs.set({ notify: on, asked: true });
  }

  async unblock(user) {
    await this.app.rooms.setBlocked(user.id, false).catch(() => {});
    await this.loadBlocked();
  }
}

define('billet-settings', BilletSettings);
