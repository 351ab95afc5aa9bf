// view/banner.js — <billet-banner>: says when the connection is not there or is limited, counts
// down to the next try, offers one now. Below it, what this browser does not do for us.

import { nothing } from 'lit';
import { Part, define, html, styles } from './part.js';
import { icons } from './icons.js';
import { bannerStyles } from './banner.css.js';

const patience_ms = 1200; // shorter breaks are not worth a word

class BilletBanner extends Part {
  static properties = {
    link: { attribute: false },
    note: {},
    read: { state: true },
    shown: { state: true },
    now: { state: true },
  };
  static styles = styles(bannerStyles);

  constructor() {
    super();
    this.note = '';
    this.read = ''; // the note that was understood
    this.shown = false;
    this.now = Date.now();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.clock);
    clearTimeout(this.patience);
  }

  willUpdate(changed) {
    if (!changed.has('link')) return;
    const fine = this.link.status === 'online' || this.link.status === 'idle';
    if (fine) {
      clearTimeout(this.patience);
      clearInterval(this.clock);
      this.patience = this.clock = undefined;
      this.shown = false;
    } else {
      this.patience ??= setTimeout(() => (this.shown = true), this.link.status === 'stopped' ? 0 : patience_ms);
      this.clock ??= setInterval(() => (this.now = Date.now()), 250);
      this.now = Date.now();
    }
  }

  render() {
    const { status, retryAt, limited } = this.link;
    const seconds = Math.ceil((retryAt - this.now) / 1000);
    return html`<div role="status" class=${this.shown ? 'banner' : ''}>${
      this.shown
        ? html`
      <span class="what">${icons.offline()}<span>${this.sentence()}</span></span>
      ${status === 'waiting' && seconds > 0 && !limited ? html`<span class="count" aria-hidden="true">${this.t('retryIn', { count: seconds })}</span>` : nothing}
      ${(status === 'connecting' || status === 'checking') && !limited ? nothing : html`<button class="link" @click=${() => this.app.tryNow()}>${this.t('tryNow')}</button>`}`
        : nothing
    }</div>
      ${
        this.note && this.note !== this.read
          ? html`<div role="status" class="banner note"><span>${this.t(`note_${this.note}`)}</span>
        <button class="link" @click=${() => (this.read = this.note)}>${this.t('understood')}</button></div>`
          : nothing
      }`;
  }

  sentence() {
    const { status, code, limited } = this.link;
    if (limited) return this.t(code === 4504 ? 'limited_4504' : 'limited');
    if (status === 'checking') return this.t('checking');
    if (status === 'stopped') return this.t(code === 4504 ? 'stopped_4504' : 'stopped_other');
    return this.t(navigator.onLine ? 'reconnecting' : 'offline');
  }
}

define('billet-banner', BilletBanner);
