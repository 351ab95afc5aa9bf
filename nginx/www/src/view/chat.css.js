// view/chat.css.js — One pane on a narrow element, two on a wide one: the width of <billet-chat>
// decides, not that of the window.
import { css } from 'lit';

export const chatStyles = css`
  :host {
    display: block;
    position: relative;
    height: 100%;
    min-height: 320px;
    background: var(--bg);
    overflow: hidden;
  }
  .frame {
    container-type: inline-size;
    display: flex;
    flex-direction: column;
    height: 100%;
  }
  .screen {
    flex: 1;
    min-height: 0;
    display: grid;
    grid-template-columns: minmax(300px, 360px) minmax(0, 1fr);
  }
  .full,
  .single .pane {
    grid-column: 1 / -1;
  }
  .list,
  .pane {
    min-width: 0;
    min-height: 0;
  }
  .list {
    border-inline-end: 1px solid var(--line);
  }
  .note {
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 8px;
    height: 100%;
    padding: 24px;
    text-align: center;
    text-wrap: balance;
  }
  .note h1,
  .note h2 {
    margin-top: 12px;
    font-size: 19px;
    font-weight: 650;
  }
  .note p {
    max-width: 60ch;
  }
  .note .button {
    margin-top: 12px;
  }
  @container (max-width: 719px) {
    .screen {
      grid-template-columns: minmax(0, 1fr);
    }
    .screen:not(.open) .pane,
    .screen.open .list {
      display: none;
    }
    .list {
      border: 0;
    }
  }
`;
