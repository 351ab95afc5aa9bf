// view/banner.css.js — One line below the upper edge, in the colour of a warning.
import { css } from 'lit';

export const bannerStyles = css`
  :host {
    display: block;
  }
  .banner {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: 4px 14px;
    padding: 9px 16px;
    background: var(--warn-bg);
    color: var(--warn-text);
    font-size: 14px;
  }
  .what {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  .link {
    color: inherit;
    text-decoration: underline;
    text-underline-offset: 3px;
  }
  .note {
    border-top: 1px solid var(--line);
  }
  .count {
    font-variant-numeric: tabular-nums;
  }
`;
