// view/dialog.js — What dialogs share: open as modal, close by Esc, by a click beside it or by their button, give the focus back.
import { Part, css } from './part.js';
import { isComposing } from './keys.js';

export const dialogStyles = css`
  .head {
    display: flex;
    align-items: center;
    gap: 12px;
    padding: 16px 12px 8px 24px;
  }
  .head h2 {
    flex: 1;
    font-size: 18px;
    font-weight: 650;
    overflow-wrap: anywhere;
  }
  .content {
    overflow-y: auto;
    padding: 4px 24px 24px;
    scrollbar-width: thin;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 10px;
    margin-top: 20px;
  }
`;

export class Dialog extends Part {
  firstUpdated() {
    this.dialog = this.$('dialog');
    this.dialog.addEventListener('close', () => this.say('billet-dialog-closed'));
    this.dialog.addEventListener('mousedown', (event) => event.target === this.dialog && this.close());
    this.dialog.addEventListener('keydown', this.escaped);
    if (this.isConnected) this.dialog.showModal(); // it may have been taken away before it was drawn
  }

  // The page's own keys do not act below an open dialog; an Esc of the input method does not close it.
  escaped = (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    if (isComposing(event)) event.preventDefault();
  };

  close = () => this.dialog.close();
}
