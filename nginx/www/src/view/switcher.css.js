// view/switcher.css.js — The dialog that finds somebody: field, list of people.
import { css } from 'lit';

export const switcherStyles = css`
  dialog {
    margin-top: min(12dvh, 120px);
  }
  .search {
    display: flex;
    align-items: center;
    gap: 12px;
    padding: 8px 12px 8px 22px;
    border-bottom: 1px solid var(--line);
    color: var(--text-2);
  }
  input {
    flex: 1;
    min-width: 0;
    height: 48px;
    border: 0;
    background: none;
    font-size: 17px;
    color: var(--text);
  }
  input:focus-visible {
    outline: none;
  }
  input::placeholder {
    color: var(--text-3);
    opacity: 1;
  }
  .results {
    overflow-y: auto;
    min-height: 120px;
    padding: 6px 10px 10px;
  }
  .kind {
    padding: 12px 12px 4px;
    font-size: 12.5px;
    font-weight: 600;
    color: var(--text-2);
  }
  .option {
    display: flex;
    align-items: center;
    gap: 12px;
    padding: 8px 12px;
    border-radius: 12px;
    cursor: pointer;
  }
  .option[aria-selected='true'] {
    background: var(--active);
  }
  .option > span:last-child {
    min-width: 0;
  }
  .name,
  .username {
    display: block;
  }
  .name {
    font-weight: 600;
  }
  .note {
    padding: 20px 12px;
    text-align: center;
    color: var(--text-2);
    overflow-wrap: anywhere;
  }
  .keys {
    padding: 10px 22px;
    border-top: 1px solid var(--line);
    font-size: 12.5px;
    color: var(--text-2);
  }
  @media (hover: none) {
    .keys {
      display: none;
    }
  }
`;
