// view/confirm.js — <billet-confirm>: asks before somebody is blocked.
import { define, html, styles } from './part.js';
import { Dialog, dialogStyles } from './dialog.js';

class BilletConfirm extends Dialog {
  static properties = { user: { attribute: false }, error: { state: true } };
  static styles = styles(dialogStyles);

  render() {
    const name = this.user.display_name;
    return html`<dialog aria-labelledby="title" aria-describedby="text">
      <div class="head"><h2 id="title">${this.t('blockTitle', { name })}</h2></div>
      <div class="content"><p id="text" class="muted">${this.t('blockText', { name })}</p>
        ${this.error ? html`<p role="alert">${this.tr.problem(this.error)}</p>` : ''}
        <div class="actions">
          <button class="button" @click=${this.close} autofocus>${this.t('cancel')}</button>
          <button class="button danger" @click=${this.confirm}>${this.t('block', { name })}</button>
        </div>
      </div>
    </dialog>`;
  }

  async confirm() {
    try {
      await this.app.setBlocked(this.user.id, true);
      this.close();
    } catch (error) {
      this.error = error.code ?? 'internal';
    }
  }
}

define('billet-confirm', BilletConfirm);
