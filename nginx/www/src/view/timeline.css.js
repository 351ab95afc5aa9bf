// view/timeline.css.js — How messages look.
import { css } from 'lit';

export const timelineStyles = css`
  :host {
    position: relative;
    display: flex;
    flex: 1;
    min-height: 0;
  }
  .scroller {
    position: relative;
    flex: 1;
    overflow-y: auto;
    overflow-x: hidden;
    overflow-anchor: none;
    overscroll-behavior: contain;
    padding: 0 20px;
    scrollbar-width: thin;
    scrollbar-color: var(--line) transparent;
  }
  .scroller:focus-visible {
    outline-offset: -2px;
  }
  .column {
    display: flex;
    flex-direction: column;
    justify-content: flex-end;
    min-height: 100%;
    max-width: 860px;
    margin: 0 auto;
    padding: 20px 0 12px;
  }
  .row {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    padding-top: 2px;
  }
  .row.first {
    padding-top: 10px;
  }
  .row.mine {
    align-items: flex-end;
  }
  .day {
    align-self: stretch;
    text-align: center;
    padding: 14px 0 12px;
  }
  .day span {
    display: inline-block;
    padding: 3px 12px;
    border-radius: 99px;
    background: var(--side);
    color: var(--text-2);
    font-size: 12.5px;
    font-weight: 600;
  }
  .divider {
    align-self: stretch;
    display: flex;
    align-items: center;
    gap: 12px;
    margin: 8px 0 12px;
    color: var(--accent);
    font-size: 12.5px;
    font-weight: 600;
  }
  .divider::before,
  .divider::after {
    content: '';
    flex: 1;
    height: 1px;
    background: currentColor;
    opacity: 0.35;
  }
  /* The time stands in the last line of the text where there is room: a ghost of its width ends the text. */
  .bubble {
    position: relative;
    max-width: min(82%, 36rem);
    padding: 8px 13px;
    border-radius: 18px;
    background: var(--bubble);
  }
  .mine .bubble {
    background: var(--own);
  }
  .theirs:not(.first) .bubble {
    border-top-left-radius: 6px;
  }
  .theirs:not(.last) .bubble {
    border-bottom-left-radius: 6px;
  }
  .mine:not(.first) .bubble {
    border-top-right-radius: 6px;
  }
  .mine:not(.last) .bubble {
    border-bottom-right-radius: 6px;
  }
  .text {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .ghost {
    display: inline-block;
    height: 1px;
    padding-inline-start: 12px;
    font-size: 11.5px;
    white-space: nowrap;
    visibility: hidden;
  }
  .ghost::after {
    content: attr(data-time);
  }
  .mine .ghost {
    padding-inline-end: 21px;
  }
  .text a {
    color: inherit;
    text-decoration: underline;
    text-decoration-thickness: 1px;
    text-underline-offset: 2px;
    unicode-bidi: isolate;
    border-radius: 3px;
  }
  .text a {
    color: var(--link);
  }
  .meta {
    position: absolute;
    inset-inline-end: 13px;
    bottom: 6px;
    display: inline-flex;
    align-items: center;
    gap: 4px;
    font-size: 11.5px;
    line-height: 18px;
    color: var(--meta);
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
    user-select: none;
  }
  .tick.read {
    color: var(--link);
  }
  .bubble.large {
    background: none;
    color: var(--text);
    padding-inline: 4px;
  }
  .bubble.large .text {
    font-size: 42px;
    line-height: 1.2;
  }
  .bubble.large .meta {
    inset-inline-end: 4px;
  }
  .mine .bubble.waiting,
  .mine .bubble.sending {
    background: color-mix(in srgb, var(--own) 75%, var(--bg));
  }
  .mine .bubble.failed {
    background: var(--danger-bg);
    color: var(--text);
  }
  .mine .bubble.large:not(.failed) {
    background: none;
  }
  .bubble.failed .tick,
  .bubble.failed .tick.read {
    color: var(--danger);
  }
  .failure {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 2px 12px;
    padding: 4px 4px 2px;
    font-size: 13px;
    color: var(--danger);
  }
  .ways {
    display: flex;
    gap: 14px;
  }
  .typing {
    padding-top: 10px;
  }
  .typing .bubble {
    display: inline-flex;
    max-width: none;
    gap: 5px;
    padding: 13px 15px;
  }
  .typing i {
    width: 7px;
    height: 7px;
    border-radius: 50%;
    background: var(--text-3);
    animation: bob 1.2s ease-in-out infinite;
  }
  .typing i:nth-child(2) {
    animation-delay: 0.15s;
  }
  .typing i:nth-child(3) {
    animation-delay: 0.3s;
  }
  @keyframes bob {
    30% {
      transform: translateY(-4px);
      opacity: 0.6;
    }
    60% {
      transform: none;
    }
  }
  .beginning {
    text-align: center;
    padding: 24px 16px 8px;
    text-wrap: balance;
  }
  .beginning.empty {
    margin: auto;
  }
  .beginning .avatar {
    --size: 72px;
    margin: 0 auto 16px;
  }
  .beginning h3 {
    font-size: 19px;
    margin-bottom: 4px;
    overflow-wrap: anywhere;
  }
  .loading {
    position: absolute;
    inset: 10px 0 auto;
    width: max-content;
    max-width: 90%;
    margin: 0 auto;
    padding: 7px;
    border-radius: 99px;
    background: var(--bg);
    box-shadow: var(--shadow);
  }
  .loading.error {
    padding: 7px 16px;
    color: var(--danger);
    font-size: 14px;
  }
  .jump {
    position: absolute;
    inset-inline-end: 24px;
    bottom: 14px;
    display: grid;
    place-items: center;
    width: 42px;
    height: 42px;
    border-radius: 50%;
    background: var(--bg);
    color: var(--text-2);
    border: 1px solid var(--line);
    box-shadow: var(--shadow);
    animation: appear 0.15s ease-out;
  }
  .jump:hover {
    color: var(--text);
  }
  .jump .count {
    position: absolute;
    top: -8px;
    min-width: 22px;
    padding: 0 6px;
    border-radius: 99px;
    background: var(--fill);
    color: var(--on-fill);
    font-size: 12px;
    font-weight: 700;
    line-height: 20px;
    text-align: center;
  }
  @keyframes appear {
    from {
      opacity: 0;
      transform: scale(0.8);
    }
  }
  .skeleton {
    display: flex;
    flex-direction: column;
    gap: 10px;
  }
  .skeleton span {
    height: 36px;
    border-radius: 18px;
    background: var(--bubble);
    opacity: 0.7;
    animation: breathe 1.4s ease-in-out infinite alternate;
  }
  .skeleton .mine {
    align-self: flex-end;
  }
  .skeleton .w24 {
    width: 24%;
  }
  .skeleton .w30 {
    width: 30%;
  }
  .skeleton .w38 {
    width: 38%;
  }
  .skeleton .w44 {
    width: 44%;
  }
  .skeleton .w52 {
    width: 52%;
  }
  .skeleton .w60 {
    width: 60%;
  }
  @keyframes breathe {
    to {
      opacity: 0.35;
    }
  }
  @container (max-width: 719px) {
    .scroller {
      padding: 0 12px;
    }
    .bubble {
      max-width: 86%;
    }
  }
`;
