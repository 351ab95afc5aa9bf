// view/composer.css.js — Where a message is written: it grows with the text up to a third of the
// window.
import { css } from 'lit';

export const composerStyles = css`
  :host {
    display: block;
    padding: 8px 20px 16px;
  }
  .box {
    display: flex;
    align-items: flex-end;
    gap: 6px;
    max-width: 860px;
    margin: 0 auto;
    padding: 5px 5px 5px 6px;
    border: 1px solid var(--edge);
    border-radius: 24px;
    background: var(--bg);
    transition: border-color 0.12s;
  }
  .box:focus-within {
    border-color: var(--accent);
  }
  textarea {
    flex: 1;
    min-width: 0;
    min-height: 38px;
    max-height: min(220px, 34dvh);
    padding: 8px 12px;
    border: 0;
    background: none;
    resize: none;
    field-sizing: content;
    scrollbar-width: thin;
    overflow-wrap: anywhere;
  }
  textarea:focus-visible {
    outline: none;
  }
  textarea::placeholder {
    color: var(--text-3);
    opacity: 1;
  }
  .send {
    display: grid;
    place-items: center;
    width: 38px;
    height: 38px;
    border-radius: 50%;
    flex: none;
    background: var(--fill);
    color: var(--on-fill);
    transition:
      background-color 0.12s,
      color 0.12s;
  }
  .send:hover {
    filter: brightness(1.08);
  }
  .send[aria-disabled='true'] {
    background: var(--hover);
    color: var(--text-3);
    cursor: default;
    filter: none;
  }
  .notice {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    align-items: center;
    gap: 8px 14px;
    max-width: 860px;
    margin: 0 auto;
    padding: 12px 16px;
    border-radius: 18px;
    background: var(--side);
    color: var(--text-2);
    text-align: center;
    overflow-wrap: anywhere;
  }
  .line {
    max-width: 860px;
    margin: 0 auto 6px;
    padding: 0 18px;
    font-size: 13px;
    color: var(--text-2);
  }
  .line.over {
    color: var(--danger);
  }
  @container (max-width: 719px) {
    :host {
      padding: 6px 8px calc(8px + env(safe-area-inset-bottom));
    }
  }
`;
