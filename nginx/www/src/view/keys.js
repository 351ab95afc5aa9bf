// view/keys.js — Whose key it is: the person's, or an input method's that composes a word; and what
// one of the person's means.

// Every key handler asks this first: the Return that takes a word over must send nothing, the Esc
// that gives one up must close nothing.
//
// Chromium and Firefox say so with isComposing. Safari ends the composition before it tells of the
// key, which then bears keyCode 229 and nothing else: the code that UI Events keeps for keys that
// an input method has taken.
export const isComposing = (event) => event.isComposing || event.keyCode === 229;

// Ctrl+K, on a Mac ⌘K.
export const isSwitcherKey = ({ key, ctrlKey, metaKey, altKey, shiftKey }) =>
  (ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === 'k';
