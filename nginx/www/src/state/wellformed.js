// state/wellformed.js — Texts without halves of surrogate pairs, which UTF-8 cannot write and the
// server therefore refuses.
//
// They come from pasted text, from input methods, and from a text that was cut in the middle of an
// emoji.

// As String.prototype.toWellFormed, which browsers have since 2023 only: with the u flag a whole
// pair is no surrogate.
export const wellFormed = (text) => text.replace(/\p{Surrogate}/gu, '\ufffd');

// At most `max` UTF-16 units from the start, no emoji cut in two.
export function cut(text, max) {
  return text.slice(0, /[\ud800-\udbff]/.test(text[max - 1]) ? max - 1 : max);
}

// JSON as the server takes it, whatever texts are in `value`.
export const toJson = (value) => JSON.stringify(value, (_, one) => (typeof one === 'string' ? wellFormed(one) : one));
