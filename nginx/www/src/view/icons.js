// view/icons.js — Line icons, 24 units wide, drawn in the text's colour. All are decoration: their
// buttons have names.
import { html, svg } from 'lit';

const icon = (
  body,
  size = 20,
) => html`<svg width=${size} height=${size} viewBox="0 0 24 24" fill="none" stroke="currentColor"
  stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${body}</svg>`;

export const icons = {
  logo: (size = 28) => html`<svg width=${size} height=${size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <rect width="32" height="32" rx="9" fill="var(--fill)" />
    <path d="M7.5 11.5a2.5 2.5 0 0 1 2.5-2.5h12a2.5 2.5 0 0 1 2.5 2.5v7a2.5 2.5 0 0 1-2.5 2.5h-6.6l-4.1 3.3c-.5.4-1.3 0-1.3-.6V21a2.5 2.5 0 0 1-2.5-2.5z" fill="var(--on-fill)" />
    <path d="m11 13 5 3.4 5-3.4" fill="none" stroke="var(--fill)" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" />
  </svg>`,
  back: () => icon(svg`<path d="m15 5-7 7 7 7" />`, 22),
  compose: () =>
    icon(
      svg`<path d="M12 4H7a3 3 0 0 0-3 3v10a3 3 0 0 0 3 3h10a3 3 0 0 0 3-3v-5" /><path d="m9.5 14.5.6-3 8-8a1.7 1.7 0 0 1 2.4 2.4l-8 8z" />`,
    ),
  settings: () =>
    icon(
      svg`<path d="M4 7h9m5 0h2M4 17h2m5 0h9" /><circle cx="15.5" cy="7" r="2.5" /><circle cx="8.5" cy="17" r="2.5" />`,
    ),
  search: () => icon(svg`<circle cx="11" cy="11" r="6.5" /><path d="m20 20-4-4" />`),
  more: () => icon(svg`<path d="M12 5.5v0M12 12v0M12 18.5v0" stroke-width="2.8" />`),
  send: () => icon(svg`<path d="M12 19V5m0 0-6 6m6-6 6 6" stroke-width="2.2" />`),
  down: () => icon(svg`<path d="M12 5v14m0 0-6-6m6 6 6-6" />`),
  close: () => icon(svg`<path d="m6 6 12 12M18 6 6 18" />`),
  block: () => icon(svg`<circle cx="12" cy="12" r="8" /><path d="m6.5 6.5 11 11" />`, 18),
  person: () => icon(svg`<circle cx="12" cy="8" r="3.5" /><path d="M5 20a7 7 0 0 1 14 0" />`),
  chats: () =>
    icon(svg`<path d="M4 7a3 3 0 0 1 3-3h10a3 3 0 0 1 3 3v7a3 3 0 0 1-3 3h-5l-4.5 3.5V17H7a3 3 0 0 1-3-3z" />`, 28),
  offline: () =>
    icon(
      svg`<path d="M4 4l16 16M5 10a11 11 0 0 1 4-2.4M19 10a11 11 0 0 0-6.5-3M8.5 14a5.5 5.5 0 0 1 5-1.4M12 18v0" />`,
      18,
    ),
  eye: () =>
    icon(
      svg`<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z" /><circle cx="12" cy="12" r="2.8" />`,
    ),
  eyeOff: () =>
    icon(
      svg`<path d="M4 4l16 16M9.5 5.8A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-3 3.7M6.3 7.8A16 16 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4-1" />`,
    ),
};

const tick = (
  body,
) => html`<svg width="17" height="12" viewBox="0 0 17 12" fill="none" stroke="currentColor" stroke-width="1.6"
  stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${body}</svg>`;

const clock = svg`<circle cx="10" cy="6" r="4.6" /><path d="M10 3.6V6l1.6 1" />`;
export const ticks = {
  waiting: tick(clock),
  sending: tick(clock),
  sent: tick(svg`<path d="m5.5 6.5 3 3L15 3" />`),
  read: tick(svg`<path d="m1.5 6.5 3 3L11 3M8 9.2l.3.3L15 3" />`),
  failed: tick(svg`<path d="M9 2.2v4.4M9 9.4v0" stroke-width="2.2" />`),
};
