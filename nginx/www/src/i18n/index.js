// i18n/index.js — Words, plurals, times. A language is one file like en.js; add it to `languages`
// and it is offered.
//
// A text is a string with {names} in it, or an object by plural category (Intl.PluralRules) chosen
// by `count`.

import { en } from './en.js';
import { de } from './de.js';

export const languages = { en, de };

const isOffered = (lang) => Object.hasOwn(languages, lang ?? '');
const languageOf = (tag) => tag.toLowerCase().split('-')[0];

// The browser's language tags, without those that Intl throws at: systems hand on names like
// en-US@posix or C, extensions all sorts of things.
function browserTags(navigator = globalThis.navigator) {
  const told = navigator?.languages;
  const tags = Array.isArray(told) && told.length > 0 ? told : [navigator?.language];
  return tags.filter((tag) => {
    try {
      return Intl.getCanonicalLocales(tag).length > 0;
    } catch {
      return false;
    }
  });
}

export function bestLanguage(wanted, offered = browserTags()) {
  return isOffered(wanted) ? wanted : (offered.map(languageOf).find(isOffered) ?? 'en');
}

export class Translator {
  constructor(lang) {
    this.lang = lang;
    this.texts = languages[lang];
    // The region of the browser's own tag, when it is the same language: en-GB writes other dates
    // than en-US.
    const tag = browserTags().find((one) => languageOf(one) === lang) ?? lang;
    const format = (options) => dateFormat(tag, options);
    this.plurals = new Intl.PluralRules(lang);
    this.numbers = new Intl.NumberFormat(tag);
    this.clock = format({ timeStyle: 'short' });
    this.weekday = format({ weekday: 'long' });
    this.weekdayShort = format({ weekday: 'short' });
    this.dayMonth = format({ weekday: 'long', day: 'numeric', month: 'long' });
    this.full = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
    this.short = format({ day: 'numeric', month: 'short' });
    this.shortYear = format({ day: 'numeric', month: 'short', year: 'numeric' });
    this.exact = format({ dateStyle: 'full', timeStyle: 'medium' });
    this.relative = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' });
  }

  // t('unread', { count: 3 })
  t = (key, values = {}) => {
    const entry = this.texts[key] ?? en[key] ?? key;
    const text = typeof entry === 'string' ? entry : (entry[this.plurals.select(values.count)] ?? entry.other);
    return text.replace(/\{(\w+)\}/g, (_, name) =>
      typeof values[name] === 'number' ? this.numbers.format(values[name]) : (values[name] ?? ''),
    );
  };

  // The sentence for an error code of the contract.
  problem(code) {
    return this.t(`problem_${code}` in en ? `problem_${code}` : 'problem_internal');
  }

  time = (iso) => this.clock(new Date(iso));
  moment = (iso) => this.exact(new Date(iso));

  // A day as a heading: today, yesterday, Monday, 3 March.
  day(iso, now = new Date()) {
    const date = new Date(iso);
    const days = dayNumber(now) - dayNumber(date);
    if (days <= 1 && days >= 0) return capital(this.relative.format(-days, 'day'));
    if (days > 1 && days < 7) return this.weekday(date);
    return (date.getFullYear() === now.getFullYear() ? this.dayMonth : this.full)(date);
  }

  // As short as a list wants it: a clock time today, then the weekday, then the date.
  brief(iso, now = new Date()) {
    const date = new Date(iso);
    const days = dayNumber(now) - dayNumber(date);
    if (days <= 0) return this.clock(date);
    if (days === 1) return capital(this.relative.format(-1, 'day'));
    if (days < 7) return this.weekdayShort(date);
    return (date.getFullYear() === now.getFullYear() ? this.short : this.shortYear)(date);
  }
}

// Dates as `tag` writes them; of a time that is none, nothing. A system whose time zone has no name
// makes some browsers throw: UTC then.
function dateFormat(tag, options) {
  let format;
  try {
    format = new Intl.DateTimeFormat(tag, options);
  } catch {
    format = new Intl.DateTimeFormat(tag, { ...options, timeZone: 'UTC' });
  }
  return (date) => (Number.isNaN(date.getTime()) ? '' : format.format(date));
}

export const dayNumber = (date) => Math.floor((date.getTime() - date.getTimezoneOffset() * 60_000) / 86_400_000);
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
