// view/confirm.js — <billet-confirm>: asks before what cannot be undone, or what somebody else will
// feel.
import { define, html, styles } from './part.js';
import { Dialog } from './dialog.js';
import { dialogStyles } from './dialog.css.js';

class BilletConfirm extends Dialog {
  // ask: { title, text, action, work }: what the person reads, what the button says, and what it
  // does: a promise.
  static properties = { ask: { attribute: false }, error: { state: true } };
  static styles = styles(dialogStyles);

  render() {
    const { title, text, action } = this.ask;
    return html`<dialog aria-labelledby="title" aria-describedby="text">
      <div class="head"><h2 id="title">${title}</h2></div>
      <div class="content"><p id="text" class="muted">${text}</p>
        ${this.error ? html`<p role="alert">${this.tr.problem(this.error)}</p>` : ''}
        <div class="actions">
          <button class="button" @click=${this.close} autofocus>${this.t('cancel')}</button>
          <button class="button danger" @click=${this.confirm}>${action}</button>
        </div>
      </div>
    </dialog>`;
  }

  async confirm() {
    try {
      await this.ask.work();
      this.close();
    } catch (error) {
      this.error = error.code ?? 'internal';
    }
  }
}

define('billet-confirm', BilletConfirm);
