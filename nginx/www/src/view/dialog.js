// view/dialog.js — What dialogs share: open as modal, close by Esc, by a click beside it or by
// their button, give the focus back.
import { Part } from './part.js';
import { isComposing } from './keys.js';

export class Dialog extends Part {
  firstUpdated() {
    this.dialog = this.$('dialog');
    this.dialog.addEventListener('close', () => this.say('billet-dialog-closed'));
    this.dialog.addEventListener('mousedown', (event) => event.target === this.dialog && this.close());
    this.dialog.addEventListener('keydown', this.escaped);
    if (this.isConnected) this.dialog.showModal(); // it may have been taken away before it was drawn
  }

  // The page's own keys do not act below an open dialog; an Esc of the input method does not close
  // it.
  escaped = (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    if (isComposing(event)) event.preventDefault();
  };

  close = () => this.dialog.close();
}
