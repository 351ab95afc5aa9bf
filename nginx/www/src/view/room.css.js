// view/room.css.js — One conversation: head, messages, composer.
import { css } from 'lit';

export const roomStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    height: 100%;
    min-width: 0;
    background: var(--bg);
  }
  header {
    display: flex;
    align-items: center;
    gap: 12px;
    min-height: 64px;
    padding: 10px 14px 10px 20px;
    border-bottom: 1px solid var(--line);
  }
  .who {
    flex: 1;
    min-width: 0;
  }
  h2 {
    font-size: 16px;
    font-weight: 650;
    line-height: 1.3;
  }
  .state {
    font-size: 13px;
    line-height: 1.3;
    color: var(--text-2);
  }
  .state.typing {
    color: var(--accent);
  }
  .back {
    display: none;
    margin-inline-start: -8px;
  }
  .menu {
    position: relative;
  }
  .menu ul {
    position: absolute;
    z-index: 5;
    inset-inline-end: 0;
    top: 46px;
    width: max-content;
    max-width: 300px;
    padding: 6px;
    border-radius: 14px;
    background: var(--raised);
    box-shadow: var(--shadow);
    border: 1px solid var(--line);
  }
  .menu li button {
    display: flex;
    gap: 10px;
    align-items: center;
    width: 100%;
    padding: 10px 14px;
    border-radius: 9px;
    overflow-wrap: anywhere;
  }
  .menu li button:hover,
  .menu li button:focus-visible {
    background: var(--hover);
  }
  .menu .danger {
    color: var(--danger);
  }
  @container (max-width: 719px) {
    header {
      min-height: 58px;
      padding: 8px 8px 8px 14px;
      gap: 10px;
    }
    .back.on {
      display: grid;
    }
  }
`;
