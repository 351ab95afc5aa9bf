// view/rooms.css.js — The list of conversations: head, rows, badge.
import { css } from 'lit';

export const roomsStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    height: 100%;
    background: var(--side);
  }
  header {
    display: flex;
    align-items: center;
    gap: 4px;
    padding: 14px 12px 10px 20px;
  }
  h1 {
    flex: 1;
    font-size: 22px;
    font-weight: 700;
    letter-spacing: -0.015em;
  }
  .find {
    display: flex;
    align-items: center;
    gap: 10px;
    margin: 0 14px 10px;
    padding: 9px 14px;
    border-radius: 12px;
    background: var(--hover);
    color: var(--text-2);
    text-align: start;
  }
  .find:hover {
    color: var(--text);
  }
  .find span {
    flex: 1;
  }
  kbd {
    font: inherit;
    font-size: 12px;
    padding: 1px 6px;
    border: 1px solid var(--line);
    border-radius: 6px;
    color: var(--text-3);
    background: var(--side);
  }
  .scroller {
    flex: 1;
    min-height: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
    padding: 0 8px 12px;
    scrollbar-width: thin;
    scrollbar-color: var(--line) transparent;
  }
  li {
    content-visibility: auto;
    contain-intrinsic-size: auto 70px;
  }
  .room {
    display: flex;
    align-items: center;
    gap: 13px;
    width: 100%;
    padding: 11px 12px;
    border-radius: 16px;
  }
  .room:hover {
    background: var(--hover);
  }
  .room[aria-current='true'] {
    background: var(--active);
  }
  .room:focus-visible {
    outline-offset: -2px;
  }
  .body {
    flex: 1;
    min-width: 0;
  }
  .top,
  .bottom {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  .name {
    flex: 1;
    font-weight: 600;
  }
  .when {
    flex: none;
    font-size: 12.5px;
    color: var(--text-2);
  }
  .preview {
    flex: 1;
    min-width: 0;
    font-size: 14px;
    color: var(--text-2);
  }
  .unread .preview {
    color: var(--text);
  }
  .unread .when,
  .preview .live {
    color: var(--accent);
    font-weight: 600;
  }
  .preview .draft {
    color: var(--danger);
  }
  .tick {
    flex: none;
    color: var(--text-3);
  }
  .tick.read {
    color: var(--accent);
  }
  .tick.failed {
    color: var(--danger);
  }
  .badge {
    flex: none;
    min-width: 21px;
    padding: 0 6px;
    border-radius: 99px;
    background: var(--fill);
    color: var(--on-fill);
    font-size: 12px;
    font-weight: 700;
    line-height: 21px;
    text-align: center;
    font-variant-numeric: tabular-nums;
  }
  .offer {
    margin: 0 14px 10px;
    padding: 12px 14px;
    border-radius: 14px;
    background: var(--active);
    font-size: 14px;
  }
  .offer div {
    display: flex;
    gap: 16px;
    padding-top: 6px;
  }
  .empty {
    display: grid;
    gap: 6px;
    justify-items: center;
    padding: 14vh 24px 24px;
    text-align: center;
    text-wrap: balance;
  }
  .empty svg {
    color: var(--text-3);
  }
  .empty h2 {
    font-size: 17px;
  }
  .empty .button {
    margin-top: 10px;
  }
  .bone {
    display: flex;
    gap: 13px;
    align-items: center;
    padding: 11px 12px;
  }
  .bone i {
    display: block;
    height: 11px;
    border-radius: 6px;
    background: var(--hover);
    animation: breathe 1.2s ease-in-out infinite alternate;
  }
  .bone i:first-child {
    width: 46px;
    height: 46px;
    border-radius: 50%;
    flex: none;
  }
  .bone div {
    flex: 1;
    display: grid;
    gap: 9px;
  }
  .bone div i:first-child {
    width: 45%;
    height: 11px;
    border-radius: 6px;
  }
  @keyframes breathe {
    to {
      opacity: 0.5;
    }
  }
  .more {
    display: grid;
    place-items: center;
    padding: 14px;
  }
  @container (max-width: 719px) {
    kbd {
      display: none;
    }
  }
`;
