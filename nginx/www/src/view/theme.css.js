// view/theme.css.js — Colours, type and what all parts share. A host page may override the
// --billet-… properties on <billet-chat>.
import { css } from 'lit';

export const theme = css`
  :host {
    --font: var(
      --billet-font,
      'Inter',
      system-ui,
      -apple-system,
      'Segoe UI',
      Roboto,
      'Noto Sans',
      'Liberation Sans',
      sans-serif,
      'Noto Color Emoji'
    );
    --bg: #ffffff;
    --raised: #ffffff;
    --side: #f8f7f5;
    --hover: #f0eeea;
    --soft: #f0eeea;
    --active: color-mix(in srgb, var(--fill) 12%, var(--bg));
    --line: #e8e5df;
    --edge: #928d85; /* of what can be typed into: 3 to 1 against the ground */
    --text: #1d1c1a;
    --text-2: #5c5953;
    --text-3: #6f6b64;
    --accent: var(--billet-accent, #3257d5);
    --fill: var(--billet-accent, #3257d5);
    --on-fill: var(--billet-on-accent, #ffffff);
    --bubble: #f2f0ec;
    --own: color-mix(in srgb, var(--fill) 15%, var(--bg));
    --meta: #5b5a5e;
    --link: color-mix(in srgb, var(--accent) 88%, black);
    --danger: #b3261e;
    --danger-bg: #fcebe9;
    --warn-bg: #fdf3dc;
    --warn-text: #6a4b00;
    --shadow: 0 1px 2px rgb(30 25 15 / 6%), 0 12px 40px rgb(30 25 15 / 14%);
    color-scheme: light;
  }
  :host([scheme='dark']) {
    --bg: #17191e;
    --raised: #1d2026;
    --side: #121418;
    --hover: #1f2229;
    --soft: #2b303a;
    --active: color-mix(in srgb, var(--fill) 24%, var(--bg));
    --line: #2a2d35;
    --edge: #6a6f7b;
    --text: #edebe7;
    --text-2: #b0aea9;
    --text-3: #989691;
    --accent: var(--billet-accent-dark, #9db2ff);
    --fill: var(--billet-accent, #3f60d8);
    --bubble: #262a33;
    --own: color-mix(in srgb, var(--fill) 44%, var(--bg));
    --meta: #b9bccb;
    --link: color-mix(in srgb, var(--accent) 75%, white);
    --danger: #ff9c93;
    --danger-bg: #3b1f1d;
    --warn-bg: #3a2f14;
    --warn-text: #f3d48b;
    --shadow: 0 1px 2px rgb(0 0 0 / 40%), 0 16px 48px rgb(0 0 0 / 55%);
    color-scheme: dark;
  }
`;

export const base = css`
  :host {
    box-sizing: border-box;
    font: 15px/1.45 var(--font);
    color: var(--text);
    -webkit-font-smoothing: antialiased;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  dl,
  dd {
    margin: 0;
    padding: 0;
  }
  ul {
    list-style: none;
  }
  button,
  input,
  textarea,
  select {
    font: inherit;
    color: inherit;
    letter-spacing: inherit;
  }
  button {
    border: 0;
    background: none;
    padding: 0;
    cursor: pointer;
    text-align: start;
    -webkit-tap-highlight-color: transparent;
  }
  :focus {
    outline: none;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  [hidden] {
    display: none !important;
  }
  svg {
    display: block;
    flex: none;
  }
  .sr {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .icon-button {
    display: grid;
    place-items: center;
    width: 40px;
    height: 40px;
    border-radius: 12px;
    color: var(--text-2);
    flex: none;
    transition:
      background-color 0.12s,
      color 0.12s;
  }
  .icon-button:hover {
    background: var(--hover);
    color: var(--text);
  }
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-height: 40px;
    padding: 8px 16px;
    border-radius: 12px;
    font-weight: 600;
    background: var(--soft);
    transition:
      filter 0.12s,
      background-color 0.12s;
  }
  .button:hover {
    background: color-mix(in srgb, var(--soft), var(--text) 7%);
  }
  .button.primary {
    background: var(--fill);
    color: var(--on-fill);
  }
  .button.primary:hover {
    background: var(--fill);
    filter: brightness(1.08);
  }
  .button.danger {
    background: var(--danger-bg);
    color: var(--danger);
  }
  .button.danger:hover {
    background: color-mix(in srgb, var(--danger-bg), var(--danger) 10%);
  }
  .button:disabled {
    opacity: 0.55;
    cursor: default;
  }
  .link {
    color: var(--accent);
    font-weight: 600;
    border-radius: 4px;
  }
  .link:hover {
    text-decoration: underline;
  }
  .field {
    display: block;
    width: 100%;
    min-height: 44px;
    padding: 10px 14px;
    border: 1px solid var(--edge);
    border-radius: 12px;
    background: var(--bg);
    color: var(--text);
  }
  .field::placeholder {
    color: var(--text-3);
    opacity: 1;
  }
  .field:focus-visible {
    outline-offset: -1px;
  }
  .muted {
    color: var(--text-2);
  }
  .small {
    font-size: 13px;
  }
  .truncate {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .spinner {
    width: 20px;
    height: 20px;
    border-radius: 50%;
    border: 2px solid var(--line);
    border-top-color: var(--accent);
    animation: turn 0.8s linear infinite;
  }
  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }
  .avatar {
    display: grid;
    place-items: center;
    width: var(--size, 46px);
    height: var(--size, 46px);
    border-radius: 50%;
    flex: none;
    font-weight: 600;
    font-size: calc(var(--size, 46px) * 0.36);
    letter-spacing: 0.02em;
    color: #fff;
    user-select: none;
  }
  .avatar.small {
    --size: 38px;
  }
  .hue-0 {
    background: #5b6fd6;
  }
  .hue-1 {
    background: #a8577e;
  }
  .hue-2 {
    background: #2f7d6b;
  }
  .hue-3 {
    background: #a2622a;
  }
  .hue-4 {
    background: #7a5bb5;
  }
  .hue-5 {
    background: #3a789e;
  }
  .hue-6 {
    background: #6b7430;
  }
  .hue-7 {
    background: #b0524a;
  }
  dialog {
    width: min(480px, calc(100vw - 24px));
    max-height: min(720px, calc(100dvh - 24px));
    padding: 0;
    border: 0;
    border-radius: 20px;
    background: var(--raised);
    color: var(--text);
    box-shadow: var(--shadow);
    overflow: hidden;
  }
  dialog[open] {
    display: flex;
    flex-direction: column;
    animation: rise 0.14s ease-out;
  }
  dialog::backdrop {
    background: rgb(20 18 14 / 38%);
  }
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(8px);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;
