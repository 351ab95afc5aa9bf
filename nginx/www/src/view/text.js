// view/text.js — A message's text as parts: plain strings and links. Text never becomes markup;
// only http and https are links.

// What is drawn as something: neither white space, control, format nor default-ignorable
// characters, nor the symbols whose picture is empty; but the format characters that are drawn,
// such as U+06DD. The server refuses a text without any (lib/base/unicode.cpp).
const visible =
  /[^\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u{16fe4}\u2800\ufffc\u{1d159}]|[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]/u;

export const hasVisible = (text) => visible.test(text);

// No blanks, no quotes, no brackets that end a sentence, and no characters that turn the writing
// direction around.
const candidate = /\bhttps?:\/\/[^\s<>"'`«»“”\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069]+/giu;
const closers = { ')': '(', ']': '[', '}': '{' };

// [{ text } | { text, href }]
export function partsOf(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(candidate)) {
    const link = trimmed(match[0]);
    const href = hrefOf(link);
    if (!href) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: link, href });
    end = match.index + link.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

// Without what ends the sentence around it.
function trimmed(link) {
  for (;;) {
    const last = link.at(-1);
    const opener = closers[last];
    const stray = opener ? count(link, opener) < count(link, last) : /[.,;:!?*_~…]/u.test(last);
    if (!stray) return link;
    link = link.slice(0, -1);
  }
}

const count = (text, character) => text.split(character).length - 1;

// null for what is no address, or one that hides its host behind a user name.
function hrefOf(link) {
  try {
    const url = new URL(link);
    const safe =
      (url.protocol === 'https:' || url.protocol === 'http:') && !url.username && !url.password && url.hostname;
    return safe ? url.href : null;
  } catch {
    return null;
  }
}

const emojiOnly =
  /^(?:\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f|\u200d\p{Extended_Pictographic})*|\p{Regional_Indicator}{2}|\s)+$/u;

// One to three emoji alone are shown large.
export function isLargeEmoji(text) {
  if (text.length > 40 || !emojiOnly.test(text)) return false;
  const shown =
    text
      .replace(/\s/gu, '')
      .match(
        /\p{Regional_Indicator}{2}|\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f|\u200d\p{Extended_Pictographic})*/gu,
      ) ?? [];
  return shown.length > 0 && shown.length <= 3;
}

const graphemes = globalThis.Intl?.Segmenter ? new Intl.Segmenter() : null;
const firstOf = (word) => (graphemes ? [...graphemes.segment(word)][0]?.segment : [...word][0]) ?? '';

// Of the first and the last word; what is neither letter, digit nor emoji counts for nothing.
export function initials(name) {
  const words = name.split(/[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}\p{Emoji_Modifier}\u200d]+/u).filter(Boolean);
  return (words.length > 1 ? firstOf(words[0]) + firstOf(words.at(-1)) : firstOf(words[0] ?? '?')).toUpperCase();
}

export const codePoints = (text) => {
  let n = 0;
  for (const _ of text) n++;
  return n;
};
const encoder = new TextEncoder();
export const bytes = (text) => encoder.encode(text).length;
