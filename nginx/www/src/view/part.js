// view/part.js — What every element of the view starts from: shared styles, the client (`app`) and
// the words (`tr`).
import { LitElement, html } from 'lit';
import { base } from './theme.css.js';
import { initials } from './text.js';

export class Part extends LitElement {
  static properties = { app: { attribute: false }, tr: { attribute: false } };
  static styles = [base];

  t = (key, values) => this.tr.t(key, values);

  // Tells the root something: detail-carrying, through all shadow roots.
  say(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  $(selector) {
    return this.renderRoot.querySelector(selector);
  }
}

// Element names are global to a page: a second copy of the script is harmless.
export function define(name, element) {
  if (!customElements.get(name)) customElements.define(name, element);
}

export const styles = (...sheets) => [base, ...sheets];
export { html };

// As it is written on the keyboard.
export const controlKey = (t) => (/^Mac|^iP/.test(navigator.platform) ? '⌘' : t('key_ctrl'));

export const avatar = (user, size = '') =>
  html`<span class="avatar hue-${user.id % 8} ${size}" aria-hidden="true">${initials(user.display_name)}</span>`;
