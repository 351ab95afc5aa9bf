// view/settings.css.js — The settings dialog: its sections and rows.
import { css } from 'lit';

export const settingsStyles = css`
  section {
    padding: 16px 0;
    border-top: 1px solid var(--line);
  }
  section:first-child {
    border: 0;
    padding-top: 4px;
  }
  h3 {
    margin-bottom: 10px;
    font-size: 13px;
    font-weight: 600;
    color: var(--text-2);
  }
  .profile,
  .person,
  .line {
    display: flex;
    align-items: center;
    gap: 14px;
  }
  .profile {
    margin-bottom: 14px;
  }
  .profile > span:last-child,
  .grow {
    flex: 1;
    min-width: 0;
  }
  .rename {
    display: flex;
    gap: 10px;
    align-items: flex-end;
  }
  label {
    display: block;
    font-weight: 600;
    font-size: 14px;
    margin-bottom: 6px;
  }
  .line {
    min-height: 48px;
  }
  .line label,
  #theme-label {
    margin: 0;
    font-size: 15px;
    font-weight: 500;
  }
  .rename .button {
    min-height: 44px;
  }
  .choice {
    display: flex;
    padding: 3px;
    border-radius: 12px;
    background: var(--soft);
  }
  .choice label {
    margin: 0;
    font-weight: 500;
    cursor: pointer;
  }
  .choice span {
    display: block;
    padding: 6px 14px;
    border-radius: 9px;
    color: var(--text-2);
  }
  .choice input:checked + span {
    background: var(--bg);
    color: var(--text);
    font-weight: 600;
    box-shadow: 0 1px 3px rgb(0 0 0 / 14%);
  }
  .choice input:focus-visible + span {
    outline: 2px solid var(--accent);
  }
  select {
    min-height: 40px;
    padding: 6px 12px;
    border: 1px solid var(--edge);
    border-radius: 12px;
    background: var(--bg);
  }
  .switch {
    appearance: none;
    position: relative;
    width: 46px;
    height: 28px;
    margin: 0;
    border-radius: 99px;
    background: var(--text-3);
    cursor: pointer;
    flex: none;
    transition: background-color 0.15s;
  }
  .switch::before {
    content: '';
    position: absolute;
    inset: 3px auto 3px 3px;
    width: 22px;
    border-radius: 50%;
    background: #fff;
    transition: transform 0.15s;
  }
  .switch:checked {
    background: var(--fill);
  }
  .switch:checked::before {
    transform: translateX(18px);
  }
  .person {
    padding: 6px 0;
  }
  dl {
    display: grid;
    grid-template-columns: max-content 1fr;
    gap: 8px 16px;
    align-items: center;
  }
  dt {
    display: flex;
    gap: 4px;
  }
  kbd {
    font: inherit;
    font-size: 12.5px;
    padding: 1px 7px;
    border: 1px solid var(--line);
    border-bottom-width: 2px;
    border-radius: 6px;
  }
  @media (hover: none) {
    .keyboard {
      display: none;
    }
  }
  .error {
    color: var(--danger);
    font-size: 14px;
    padding-top: 8px;
  }
`;
