// view/auth.css.js — The form to sign in or to create an account.
import { css } from 'lit';

export const authStyles = css`
  :host {
    display: grid;
    place-items: center;
    min-height: 100%;
    padding: 24px 20px;
    background: var(--side);
    overflow-y: auto;
  }
  .card {
    width: min(400px, 100%);
  }
  .brand {
    display: grid;
    justify-items: center;
    gap: 10px;
    margin-bottom: 28px;
    text-align: center;
  }
  h1 {
    font-size: 26px;
    font-weight: 700;
    letter-spacing: -0.02em;
    line-height: 1.2;
  }
  form {
    display: grid;
    gap: 16px;
    padding: 28px;
    border-radius: 22px;
    background: var(--bg);
    border: 1px solid var(--line);
  }
  h2 {
    font-size: 18px;
    font-weight: 650;
  }
  label {
    display: block;
    margin-bottom: 6px;
    font-size: 14px;
    font-weight: 600;
  }
  label .muted {
    font-weight: 400;
  }
  .hint {
    margin-top: 6px;
    font-size: 13px;
    color: var(--text-2);
  }
  .secret {
    position: relative;
  }
  .secret .field {
    padding-inline-end: 48px;
  }
  .secret .icon-button {
    position: absolute;
    inset-inline-end: 2px;
    top: 2px;
  }
  .alert {
    padding: 10px 14px;
    border-radius: 12px;
    background: var(--danger-bg);
    color: var(--danger);
    font-size: 14px;
  }
  .info {
    padding: 10px 14px;
    border-radius: 12px;
    background: var(--warn-bg);
    color: var(--warn-text);
    font-size: 14px;
  }
  .button {
    min-height: 46px;
  }
  .other {
    margin-top: 20px;
    text-align: center;
    color: var(--text-2);
  }
`;
