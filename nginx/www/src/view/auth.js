// view/auth.js — <billet-auth>: signing in and creating an account.

import { nothing } from 'lit';
import { Part, define, html, styles } from './part.js';
import { icons } from './icons.js';
import { authStyles } from './auth.css.js';

class BilletAuth extends Part {
  static properties = {
    reason: {},
    joining: { state: true },
    busy: { state: true },
    error: { state: true },
    plain: { state: true },
  };
  static styles = styles(authStyles);

  constructor() {
    super();
    Object.assign(this, { reason: '', joining: false, busy: false, error: '', plain: false });
  }

  firstUpdated() {
    this.$('#username').focus();
  }

  render() {
    const { joining } = this;
    const title = this.t(joining ? 'joinIn' : 'welcomeBack');
    return html`<div class="card">
      <div class="brand">${icons.logo(52)}<h1>${this.t('appName')}</h1><p class="muted">${this.t('tagline')}</p></div>
      <form novalidate @submit=${this.submit} aria-label=${title}>
        <h2>${title}</h2>
        ${this.notes()}
        ${this.usernameField()}
        ${joining ? this.nameField() : nothing}
        ${this.passwordField()}
        <button class="button primary" ?disabled=${this.busy}>${this.t(joining ? 'createAccount' : 'signIn')}</button>
      </form>
      <p class="other">${this.t(joining ? 'haveAccount' : 'noAccount')} <button class="link" @click=${this.swap}>${this.t(joining ? 'signIn' : 'createAccount')}</button></p>
    </div>`;
  }

  // Why one is here, or why one is not let in.
  notes() {
    if (this.error) return html`<p class="alert" role="alert">${this.error}</p>`;
    if (!this.reason) return nothing;
    const why = this.reason === 'session_ended' ? this.t('session_ended') : this.tr.problem(this.reason);
    return html`<p class="info" role="status">${why}</p>`;
  }

  usernameField() {
    return html`<div>
      <label for="username">${this.t('username')}</label>
      <input class="field" id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false"
        maxlength="32" required aria-describedby=${this.joining ? 'username-hint' : nothing} />
      ${this.hint('username-hint', 'usernameHint')}
    </div>`;
  }

  nameField() {
    return html`<div>
      <label for="name">${this.t('displayName')} <span class="muted">(${this.t('optional')})</span></label>
      <input class="field" id="name" name="name" autocomplete="name" maxlength="64" dir="auto" />
    </div>`;
  }

  passwordField() {
    const { joining, plain } = this;
    return html`<div>
      <label for="password">${this.t('password')}</label>
      <div class="secret">
        <input class="field" id="password" name="password" type=${plain ? 'text' : 'password'}
          autocomplete=${joining ? 'new-password' : 'current-password'} maxlength="256" required
          aria-describedby=${joining ? 'password-hint' : nothing} />
        <button type="button" class="icon-button" aria-label=${this.t(plain ? 'hidePassword' : 'showPassword')}
          aria-pressed=${String(plain)} @click=${() => (this.plain = !plain)}>${plain ? icons.eyeOff() : icons.eye()}</button>
      </div>
      ${this.hint('password-hint', 'passwordHint')}
    </div>`;
  }

  // What an account must be like: only for who makes one.
  hint = (id, key) => (this.joining ? html`<p class="hint" id=${id}>${this.t(key)}</p>` : nothing);

  swap() {
    this.joining = !this.joining;
    this.error = '';
    this.updateComplete.then(() => this.$('#username').focus());
  }

  async submit(event) {
    event.preventDefault();
    if (this.busy) return;
    const value = (id) => this.$(`#${id}`)?.value ?? '';
    const username = value('username').trim().toLowerCase();
    const wrong = this.wrongField(username, value('password'));
    if (wrong) return this.refuse(...wrong);
    this.busy = true;
    this.error = '';
    try {
      if (this.joining) await this.app.session.register(username, value('password'), value('name').trim());
      else await this.app.session.login(username, value('password'));
    } catch (error) {
      this.refuse(this.sentence(error), this.fieldOf(error));
    } finally {
      this.busy = false;
    }
  }

  // What the server would refuse anyway: [sentence, field].
  wrongField(username, password) {
    if (!this.joining) return username && password ? null : [this.t('wrongLogin'), username ? 'password' : 'username'];
    if (!/^[a-z0-9_.-]{3,32}$/.test(username)) return [this.t('usernameHint'), 'username'];
    if (password.length < 8) return [this.t('passwordHint'), 'password'];
    return null;
  }

  refuse(sentence, field) {
    this.error = sentence;
    this.updateComplete.then(() => this.$(`#${field}`)?.focus());
  }

  sentence({ code, errors: [wrong] = [] }) {
    if (code === 'unauthenticated') return this.t('wrongLogin');
    if (code === 'conflict') return this.t('usernameTaken');
    if (wrong?.field === 'password') return this.t(wrong.code === 'too_common' ? 'passwordCommon' : 'passwordHint');
    if (wrong?.field === 'display_name') return this.t('displayNameHint');
    return this.tr.problem(code);
  }

  // The input to go on with.
  fieldOf({ status, errors: [wrong] = [] }) {
    if (wrong?.field === 'display_name') return 'name';
    return status === 401 || wrong?.field === 'password' ? 'password' : 'username';
  }
}

define('billet-auth', BilletAuth);
