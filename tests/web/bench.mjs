// tests/web/bench.mjs BASE_URL RUN_DIR — One line per measured thing: name, number, unit.
// BILLET_BENCH_SCALE=0.1 for a quick look.

import { openBrowser, Visit } from './support/visit.mjs';
import { Stack } from './support/stack.mjs';

const [base, run_dir] = process.argv.slice(2);
const scale = Number(process.env.BILLET_BENCH_SCALE ?? 1);
const stack = new Stack(base.replace(/\/$/, ''), run_dir);
const print = (name, value, unit) => console.log(`${name.padEnd(58)} ${String(value).padStart(8)} ${unit}`);
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

// `count` calls of `work(i)`, `width` at a time.
async function many(count, width, work) {
  let next = 0;
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (next < count) await work(next++);
    }),
  );
}

// Times of the frames while `step` runs again and again, until it answers false.
const frames = (window, step) =>
  window.page.evaluate(`(async () => {
  const step = ${step};
  const times = [];
  let last = performance.now();
  for (let n = 0; n < 4000; n++) {
    const more = step();
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    times.push(now - last);
    last = now;
    if (!more) break;
  }
  return times;
})()`);

function printFrames(name, times) {
  const sorted = [...times].sort((a, b) => a - b);
  print(`${name}: frames`, times.length, '');
  print(`${name}: median frame`, median(times).toFixed(1), 'ms');
  print(`${name}: 99 of 100 frames within`, sorted[Math.floor(sorted.length * 0.99)].toFixed(1), 'ms');
  print(`${name}: frames over 50 ms`, times.filter((ms) => ms > 50).length, '');
}

const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
const room = await stack.room(anna, ben);
const messages = Math.round(10_000 * scale);
await many(messages, 8, (i) =>
  stack.say(i % 3 ? anna : ben, room, `Message ${i + 1} ${i % 5 ? '' : 'with more words in it '.repeat(i % 9)}`),
);
await stack.read(anna, room);
const rooms = Math.round(1000 * scale);
await many(rooms - 1, 4, async (i) =>
  stack.say(anna, await stack.room(anna, await stack.person(`Peer ${i}`)), 'hello'),
);
await stack.say(ben, room, 'the newest');

const browser = await openBrowser();
const visit = new Visit(browser, stack);
const context = await visit.context();
const window = await visit.windowIn(context, { as: anna });
const paints = [];
const lists = [];
for (let i = 0; i < 7; i++) {
  await window.page.reload();
  await window.roomOf(ben).waitFor();
  lists.push(await window.page.evaluate(() => performance.now()));
  paints.push(await window.page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime));
}
print('first contentful paint, median of 7', Math.round(median(paints)), 'ms');
print('list of rooms there, median of 7', Math.round(median(lists)), 'ms');

await window.open(ben);
await window.seesText('the newest');
await window.page.evaluate(() => {
  window.scroller = document
    .querySelector('billet-chat')
    .shadowRoot.querySelector('billet-room')
    .shadowRoot.querySelector('billet-timeline')
    .shadowRoot.querySelector('.scroller');
  window.list = document
    .querySelector('billet-chat')
    .shadowRoot.querySelector('billet-rooms')
    .shadowRoot.querySelector('.scroller');
});
printFrames(
  `scrolling up through ${messages} messages`,
  await frames(
    window,
    `() => {
  scroller.scrollTop -= 400;
  const { timelines } = document.querySelector('billet-chat').state;
  return scroller.scrollTop > 0 || timelines[${room.id}].messages[0].seq > 1;
}`,
  ),
);
print('rows in the page then', await window.find('billet-timeline .row').count(), '');

await window.eventually(
  async () => {
    await window.page.evaluate(() => (window.list.scrollTop = window.list.scrollHeight));
    return (await window.find('billet-rooms .room').count()) === rooms;
  },
  'all rooms',
  60_000,
);
printFrames(
  `scrolling a list of ${rooms} rooms`,
  await frames(
    window,
    '() => { const before = list.scrollTop; list.scrollTop -= 300; return list.scrollTop < before; }',
  ),
);
const keys = [];
for (const letter of 'a message written with all rooms in the list') {
  const began = Date.now();
  await window.composer.press(letter === ' ' ? 'Space' : letter);
  keys.push(Date.now() - began);
}
print(`a key in the composer with ${rooms} rooms, median`, median(keys), 'ms');
const began = Date.now();
await window.composer.press('Enter');
await window.bubble('a message written').locator('.tick.sent').waitFor();
print('from Enter to the tick', Date.now() - began, 'ms');
await visit.check();
await browser.close();
