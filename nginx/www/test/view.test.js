// test/view.test.js — The pure parts of the view: links, emoji, which rows are drawn; and the
// languages.

import test from 'node:test';
import assert from 'node:assert/strict';
import { hasVisible, isLargeEmoji, partsOf, codePoints, initials } from '../src/view/text.js';
import { rangeAround, rowsOf } from '../src/view/rows.js';
import { languages, bestLanguage, Translator } from '../src/i18n/index.js';
import { roomsByActivity, compareTimes } from '../src/state/select.js';

const hrefs = (text) =>
  partsOf(text)
    .filter((part) => part.href)
    .map((part) => part.text);
const whole = (text) =>
  partsOf(text)
    .map((part) => part.text)
    .join('');

test('links are http and https only, and end before the sentence does', () => {
  assert.deepEqual(hrefs('see https://a.example/b?c=d#e, or (http://x.example/y_(z)).'), [
    'https://a.example/b?c=d#e',
    'http://x.example/y_(z)',
  ]);
  assert.deepEqual(hrefs('javascript:alert(1) data:text/html,x ftp://a.b file:///etc/passwd //x.example'), []);
  assert.deepEqual(hrefs('"https://a.example/"onmouseover=alert(1)'), ['https://a.example/']);
  assert.deepEqual(hrefs('<https://a.example>'), ['https://a.example']);
  assert.deepEqual(hrefs('https://good.example@evil.example/ https://'), []);
  assert.deepEqual(hrefs('https://a.example/\u202egnp.exe'), ['https://a.example/']);
});

test('nothing of a text gets lost by making links', () => {
  for (const text of [
    '',
    'plain',
    'https://a.example',
    'x https://a.example. y https://b.example/(c) z',
    '<b>https://a.example</b>\n\u0000',
  ])
    assert.equal(whole(text), text);
});

test('one to three emoji alone are large', () => {
  for (const text of ['👍', '👩‍👩‍👧', '🇩🇪', '👍🏽 🎉', '❤️']) assert.ok(isLargeEmoji(text), text);
  for (const text of ['ok 👍', '👍👍👍👍', '', ' ', '12', '#']) assert.ok(!isLargeEmoji(text), text);
  assert.equal(codePoints('a👍'), 2);
});

const me = { id: 1 };
const room = { id: 9, last_seq: 40, peer_read_seq: 12, peer: { id: 2 } };
const at = (minutes) => new Date(Date.UTC(2024, 2, 14, 12, minutes)).toISOString();
const messages = Array.from({ length: 40 }, (_, i) => ({
  seq: i + 1,
  sender_id: i % 4 < 2 ? 1 : 2,
  content: `m${i + 1}`,
  created_at: at(i),
  ...(i % 4 < 2 ? { client_msg_id: `c${i + 1}` } : {}),
}));
const draw = (more) => rowsOf({ messages, pending: [], from: 0, to: 40, me, room, divider: null, ...more });

test('rows drawn in part look the same as rows drawn in whole', () => {
  const all = draw();
  for (const [from, to] of [
    [0, 10],
    [3, 17],
    [20, 40],
    [39, 40],
    [10, 10],
  ])
    assert.deepEqual(draw({ from, to }), all.slice(from, to));
});

test('ticks follow the mark of the peer; unsent ones come last and only at the end', () => {
  const pending = [{ id: 'p1', content: 'x', createdAt: at(60), status: 'sending', code: '' }];
  const rows = draw({ pending });
  assert.equal(rows[8].status, 'read');
  assert.equal(rows[12].status, 'sent');
  assert.deepEqual(
    rows.slice(-1).map(({ key, status }) => [key, status]),
    [['p1', 'sending']],
  );
  assert.equal(draw({ pending, to: 30 }).length, 30);
});

test('the divider stands once, above the first unread message of the peer', () => {
  const marked = (more) =>
    draw({ divider: 4, ...more })
      .filter((row) => row.divider)
      .map((row) => row.seq);
  assert.deepEqual(marked({}), [7]);
  assert.deepEqual(marked({ from: 8 }), []);
  assert.deepEqual(marked({ divider: null }), []);
});

test('the drawn range moves only when the reader comes near its end', () => {
  const range = { from: 100, to: 200 };
  assert.deepEqual(rangeAround(range, { from: 140, to: 160 }, 1000), range);
  assert.deepEqual(rangeAround(range, { from: 110, to: 130 }, 1000), { from: 60, to: 180 });
  assert.deepEqual(rangeAround(range, { from: 180, to: 195 }, 1000), { from: 130, to: 245 });
  assert.deepEqual(rangeAround({ from: 0, to: 40 }, { from: 0, to: 40 }, 40), { from: 0, to: 40 });
});

test('rooms are ordered by their last message, or their creation', () => {
  const list = {
    1: { id: 1, created_at: at(1), last_message: { created_at: at(9) } },
    2: { id: 2, created_at: at(10), last_message: null },
    3: { id: 3, created_at: at(2), last_message: null },
  };
  assert.deepEqual(
    roomsByActivity(list).map(({ id }) => id),
    [2, 1, 3],
  );
  assert.ok(compareTimes('2024-03-14T12:00:00Z', '2024-03-14T12:00:00.000001Z') < 0);
  assert.equal(compareTimes('2024-03-14T12:00:00Z', '2024-03-14T12:00:00.000Z'), 0);
});

test('initials are letters, whatever else is in a name', () => {
  const told = {
    'Anna Lindqvist': 'AL',
    ben: 'B',
    'Tom (support)': 'TS',
    '  (?) ': '?',
    'Émile  Zola': 'ÉZ',
    'فريد الحداد': 'فا',
    'new.user-7': 'N7',
    '👩‍👧 Club': '👩‍👧C',
  };
  for (const [name, letters] of Object.entries(told)) assert.equal(initials(name), letters, name);
});

test('times are written as the region writes them', () => {
  assert.equal(new Translator('de').time(new Date(2024, 2, 14, 9, 5).toISOString()), '09:05');
});

test('every language has every text, with the same holes', () => {
  const holes = (entry) =>
    [...new Set((typeof entry === 'string' ? [entry] : Object.values(entry)).join(' ').match(/\{\w+\}/g) ?? [])].sort();
  for (const [name, texts] of Object.entries(languages)) {
    assert.deepEqual(Object.keys(texts).sort(), Object.keys(languages.en).sort(), name);
    for (const key of Object.keys(texts))
      assert.deepEqual(holes(texts[key]), holes(languages.en[key]), `${name}.${key}`);
  }
});

test('plurals and languages', () => {
  assert.equal(new Translator('en').t('unread', { count: 1 }), '1 unread message');
  assert.equal(new Translator('de').t('unread', { count: 3 }), '3 ungelesene Nachrichten');
  assert.equal(bestLanguage('system', ['de-AT', 'en']), 'de');
  assert.equal(bestLanguage('system', ['fr']), 'en');
  assert.equal(bestLanguage('de', ['en']), 'de');
});

test('days are told as people tell them', () => {
  const tr = new Translator('en');
  const now = new Date(2024, 2, 14, 12);
  const day = (n) => new Date(2024, 2, n, 23, 59).toISOString();
  assert.equal(tr.day(day(14), now), 'Today');
  assert.equal(tr.day(day(13), now), 'Yesterday');
  assert.equal(tr.day(day(11), now), 'Monday');
  assert.match(tr.day(day(2), now), /March/);
  assert.match(tr.day(new Date(2022, 0, 5).toISOString(), now), /2022/);
});

// What `work` answers where the browser tells this of itself.
function where(about, work) {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: about, configurable: true });
  try {
    return work();
  } finally {
    if (before) Object.defineProperty(globalThis, 'navigator', before);
    else delete globalThis.navigator;
  }
}

test('no language that a browser tells breaks the page', () => {
  const noon = new Date(2024, 2, 14, 12).toISOString();
  const told = {
    en: [
      ['en-US@posix', 'en'],
      ['C'],
      [''],
      [],
      undefined,
      null,
      'en-US,en',
      [undefined],
      [null, 5, {}],
      ['constructor'],
      ['__proto__'],
      ['x'],
      ['en_US.UTF-8'],
      ['fr-FR-u-'],
      ['-'],
    ],
    de: [
      ['C', 'de-AT'],
      ['en-US@posix', 'de'],
    ],
  };
  for (const [lang, lists] of Object.entries(told)) {
    for (const languages of lists) {
      where({ languages }, () => {
        assert.equal(bestLanguage('system'), lang, JSON.stringify(languages));
        const tr = new Translator(lang);
        for (const word of [
          tr.time(noon),
          tr.moment(noon),
          tr.day(noon),
          tr.brief(noon),
          tr.t('unread', { count: 1000 }),
        ])
          assert.ok(word.length > 3, JSON.stringify(languages));
      });
    }
  }
  where(undefined, () => assert.equal(bestLanguage('system'), 'en'));
  where({ language: 'de-CH' }, () => assert.equal(bestLanguage('system'), 'de'));
});

test('a language that is asked for and is none is no language', () => {
  for (const wanted of ['constructor', 'toString', '__proto__', '', undefined, null])
    assert.equal(bestLanguage(wanted, ['de']), 'de', String(wanted));
});

test('a time that is none is written as nothing', () => {
  const tr = new Translator('en');
  for (const iso of ['', 'yesterday', undefined, '2024-13-45T99:00:00Z', {}]) {
    for (const write of ['time', 'moment', 'day', 'brief']) assert.equal(tr[write](iso), '', `${write} of ${iso}`);
  }
});

test('dates are written in UTC where the system’s time zone has no name', (t) => {
  const { DateTimeFormat } = Intl;
  t.mock.method(Intl, 'DateTimeFormat', function (tag, options) {
    if (!options.timeZone) throw new RangeError('Invalid time zone specified: undefined');
    return new DateTimeFormat(tag, options);
  });
  assert.equal(new Translator('de').time('2024-03-14T12:05:00Z'), '12:05');
});

test('a text of nothing is what the server takes for one', () => {
  const nothing = [
    '',
    ' \n\t',
    '\u00ad',
    '\u200b',
    '\u2060',
    '\u180e',
    '\u2800',
    '\u3164',
    '\u115f',
    '\uffa0',
    '\ufe0f',
    '\u202e',
    '\ufeff',
    '\u{e0001}',
    '\u{1d159}',
    '\ufffc',
    '\u200d \u2800',
  ];
  for (const text of nothing) assert.equal(hasVisible(text), false, JSON.stringify(text));
  for (const text of ['a', ' a ', '👍', '\u200b.', '\u06dd', 'می\u200cخواهم', '\u0301', '\ufffd', '\u{1f3f4}'])
    assert.equal(hasVisible(text), true, JSON.stringify(text));
});
