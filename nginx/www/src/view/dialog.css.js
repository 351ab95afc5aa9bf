// view/dialog.css.js — What dialogs share.
import { css } from 'lit';

export const dialogStyles = css`
  .head {
    display: flex;
    align-items: center;
    gap: 12px;
    padding: 16px 12px 8px 24px;
  }
  .head h2 {
    flex: 1;
    font-size: 18px;
    font-weight: 650;
    overflow-wrap: anywhere;
  }
  .content {
    overflow-y: auto;
    padding: 4px 24px 24px;
    scrollbar-width: thin;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 10px;
    margin-top: 20px;
  }
`;
