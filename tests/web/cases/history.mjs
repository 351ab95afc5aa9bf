// tests/web/cases/history.mjs — Long conversations.

import assert from 'node:assert/strict';
import { daysAgo } from '../support/dates.mjs';

const rows_max = 260;

// The first row in view: its seq and its distance from the upper edge.
const topRow = (window) =>
  window.find('billet-timeline .scroller').evaluate((scroller) => {
    const edge = scroller.getBoundingClientRect().top;
    const row = [...scroller.querySelectorAll('.row')].find((one) => one.getBoundingClientRect().bottom > edge);
    return { seq: Number(row.dataset.seq), offset: row.getBoundingClientRect().top - edge };
  });
const frames = (window, n = 2) =>
  window.page.evaluate(
    (count) =>
      new Promise((resolve) => {
        const step = () => (count-- > 0 ? requestAnimationFrame(step) : resolve());
        step();
      }),
    n,
  );

// Scrolls up to the first message, 500 pixels at a time, inside the page: the rows that stand
// elsewhere than they should, and how many rows there were.
async function climb(scroller) {
  const frame = () => new Promise(requestAnimationFrame);
  const top = () => {
    const edge = scroller.getBoundingClientRect().top;
    const row = [...scroller.querySelectorAll('.row')].find((one) => one.getBoundingClientRect().bottom > edge);
    return { seq: Number(row.dataset.seq), offset: row.getBoundingClientRect().top - edge };
  };
  const found = { jumps: [], most: 0, steps: 0, seq: top().seq };
  for (; found.seq > 1 && found.steps < 3000; found.steps++) {
    const before = top();
    const from = scroller.scrollTop;
    scroller.scrollTop -= 500;
    const moved = from - scroller.scrollTop;
    await frame();
    await frame();
    const row = scroller.querySelector(`.row[data-seq="${before.seq}"]`);
    const at = row ? row.getBoundingClientRect().top - scroller.getBoundingClientRect().top : null;
    if (at !== null && Math.abs(at - before.offset - moved) >= 2) found.jumps.push({ ...before, moved, at });
    found.seq = top().seq;
    found.most = Math.max(found.most, scroller.querySelectorAll('.row').length);
  }
  return found;
}

export default [
  {
    name: 'scrolling up through 2,000 messages never jumps and keeps the page small',
    async run(visit) {
      const { stack } = visit;
      const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
      const room = await stack.room(anna, ben);
      await stack.flood(
        room,
        2000,
        (i) => (i % 3 ? anna : ben),
        (i) =>
          `Message number ${i}${i % 7 ? '' : ' and some more words to make it longer than one line'.repeat(i % 5)}`,
      );
      await stack.read(anna, room);
      const window = await visit.window({ as: anna });
      await window.open(ben);
      await window.seesText('Message number 2000');
      const scroller = window.find('billet-timeline .scroller');
      await scroller.hover();
      const { jumps, most, steps, seq } = await scroller.evaluate(climb);
      assert.deepEqual(jumps, []);
      assert.equal(seq, 1, `the beginning is reached, in ${steps} steps`);
      assert.ok(most <= rows_max, `${most} rows in the page`);
      await window.find('billet-timeline .beginning').waitFor();
      await window.find('billet-timeline .jump').click();
      await window.seesText('Message number 2000');
      await window.eventually(
        () => scroller.evaluate((one) => one.scrollHeight - one.clientHeight - one.scrollTop < 2),
        'at the end',
      );
    },
  },
  {
    name: 'a room with many unread messages opens at the divider; reading down marks them, and new ones count on the button',
    async run(visit) {
      const { stack } = visit;
      const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
      const room = await stack.room(anna, ben);
      await stack.fill(room, 40, () => ben);
      await stack.read(anna, room);
      await stack.fill(
        room,
        160,
        () => ben,
        (i) => `Unread number ${i}`,
      );
      const window = await visit.window({ as: anna });
      await window.open(ben);
      await window.find('billet-timeline .divider').waitFor();
      assert.ok(await window.find('billet-timeline .divider').isVisible());
      await window.find('billet-timeline .jump').waitFor();
      await window.page.waitForTimeout(700);
      const unread = await window.state((state) => state.totalUnread);
      assert.ok(unread > 100 && unread < 160, `only what was in view is read: ${unread} left`);

      await stack.say(ben, room, 'the newest');
      await window.eventually(
        () => window.state((state) => Object.values(state.rooms)[0].last_seq === 201),
        'the newest is known',
      );
      await window.find('billet-timeline .jump .count').waitFor();
      await window.find('billet-timeline .jump').click();
      await window.seesText('the newest');
      await window.eventually(() => window.state((state) => state.totalUnread === 0), 'all read');
      assert.equal(await window.find('billet-timeline .jump').count(), 0);
    },
  },
  {
    name: 'while somebody reads above, what comes below moves nothing',
    async run(visit) {
      const { stack } = visit;
      const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
      const room = await stack.room(anna, ben);
      await stack.fill(room, 150, (i) => (i % 2 ? anna : ben));
      await stack.read(anna, room);
      const window = await visit.window({ as: anna });
      await window.open(ben);
      await window.seesText('Message number 150');
      await window.online();
      await window
        .find('billet-timeline .scroller')
        .evaluate((one) => (one.scrollTop = one.scrollHeight - one.clientHeight - 2500));
      await frames(window, 5);
      await window.page.waitForTimeout(300);
      const before = await topRow(window);
      for (let i = 0; i < 5; i++) await stack.say(ben, room, `live ${i}`);
      await window.eventually(
        () => window.state((state) => Object.values(state.rooms)[0].last_seq === 155),
        'all are here',
      );
      await frames(window, 5);
      assert.deepEqual(await topRow(window), before);
      await window.find('billet-timeline .jump .count', { hasText: '5' }).waitFor();
    },
  },
  {
    name: 'another size of the window or the composer moves nothing: neither at the end nor above',
    async run(visit) {
      const { stack } = visit;
      const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
      const room = await stack.room(anna, ben);
      await stack.fill(
        room,
        90,
        (i) => (i % 2 ? anna : ben),
        (i) => `Message number ${i}${' and more of it'.repeat(i % 9)}`,
      );
      await stack.read(anna, room);
      const window = await visit.window({ as: anna });
      await window.open(ben);
      await window.seesText('Message number 90');
      await window.online();
      const scroller = window.find('billet-timeline .scroller');
      const below = () => scroller.evaluate((one) => one.scrollHeight - one.clientHeight - one.scrollTop);
      const atEnd = async (what) => {
        await window.eventually(async () => (await below()) < 2, `at the end after ${what}`);
        await frames(window, 3);
        assert.ok((await below()) < 2, `still at the end after ${what}`);
        assert.equal(await window.find('billet-timeline .jump').count(), 0, what);
      };
      await atEnd('opening');
      await window.page.setViewportSize({ width: 500, height: 500 });
      await atEnd('a smaller window');
      await window.composer.fill('many\nlines\nof\ntext\nhere\nto grow');
      await atEnd('a taller composer');
      await window.composer.fill('');
      await stack.call('PUT', `/chat/blocks/${ben.id}`, { token: anna.token });
      await window.find('billet-composer .notice').waitFor();
      await atEnd('a block');
      await stack.call('DELETE', `/chat/blocks/${ben.id}`, { token: anna.token });
      await window.composer.waitFor();
      await atEnd('its end');
      await stack.say(ben, room, 'one more');
      await window.seesText('one more');
      await atEnd('a message');

      await scroller.evaluate((one) => (one.scrollTop -= 1500));
      await frames(window, 4);
      const { seq } = await topRow(window);
      for (const [width, height] of [
        [1280, 800],
        [390, 844],
        [800, 600],
      ]) {
        await window.page.setViewportSize({ width, height });
        await frames(window, 4);
        assert.equal((await topRow(window)).seq, seq, `the same message is on top at ${width}`);
      }
      await window.find('billet-timeline .jump').waitFor();
    },
  },
  {
    name: 'days are set apart, in a conversation and in the list',
    async run(visit) {
      const { stack } = visit;
      const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
      const room = await stack.room(anna, ben);
      const days = [800, 3, 3, 1];
      await stack.fill(room, days.length, (i) => (i % 2 ? anna : ben));
      const context = await visit.context();
      await visit.dated(context, (message) =>
        message.seq <= days.length ? daysAgo(days[message.seq - 1], `12:0${message.seq}`) : undefined,
      );
      const window = await visit.windowIn(context, { as: anna });
      assert.equal(await window.roomOf(ben).locator('.when').innerText(), 'Yesterday');
      await window.open(ben);
      await window.online();
      await window.write('and now');
      await window.tick('and now', 'sent');
      const told = await window.find('billet-timeline .day').allInnerTexts();
      const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long' }).format(new Date(daysAgo(3)));
      assert.match(told[0], /\d{4}$/);
      assert.deepEqual(told.slice(1), [weekday, 'Yesterday', 'Today']);
      assert.equal(await window.bubble('number 2').locator('time').innerText(), '12:02');
    },
  },
  {
    name: 'a page of history that fails says so and comes by asking again; a room that is none of ours leads back to the list',
    async run(visit) {
      const { stack } = visit;
      const [anna, ben, cleo] = [await stack.person('Anna'), await stack.person('Ben'), await stack.person('Cleo')];
      const room = await stack.room(anna, ben);
      await stack.fill(room, 80, () => ben);
      await stack.read(anna, room);
      const context = await visit.context();
      const window = await visit.windowIn(context, { as: anna });
      await context.route(/\/messages\?/, (route) =>
        route.fulfill({
          status: 503,
          contentType: 'application/problem+json',
          body: '{"status":503,"code":"unavailable","detail":"","retry_after":1}',
        }),
      );
      await window.open(ben);
      await window.find('billet-timeline .loading.error').waitFor();
      await context.unroute(/\/messages\?/);
      await window.find('billet-timeline .loading.error .link').click();
      await window.seesText('Message number 80');
      assert.equal(await window.find('billet-timeline .loading.error').count(), 0);

      const foreign = await stack.room(ben, cleo);
      await window.page.evaluate((id) => (location.hash = `#/rooms/${id}`), foreign.id);
      await window.find('billet-room').waitFor({ state: 'detached' });
      await window.eventually(() => window.page.evaluate(() => location.hash === '#/'), 'the list');
      await window.roomOf(ben).waitFor();
    },
  },
  {
    name: 'many rooms: the list loads on while scrolling, and a message lifts its room to the top',
    async run(visit) {
      const { stack } = visit;
      const anna = await stack.person('Anna');
      const peers = [];
      for (let i = 0; i < 70; i++) peers.push(await stack.person(`Peer ${String.fromCharCode(97 + (i % 26))}`));
      for (const peer of peers) await stack.room(anna, peer);
      const window = await visit.window({ as: anna });
      await window.roomOf({ display_name: 'Peer' }).first().waitFor();
      await window.find('billet-rooms .scroller').evaluate((one) => (one.scrollTop = one.scrollHeight));
      await window.eventually(async () => (await window.find('billet-rooms .room').count()) === 70, 'all rooms');
      const room = await stack.room(anna, peers[0]);
      await stack.say(peers[0], room, 'up we go');
      await window.eventually(
        async () => (await window.find('billet-rooms .room').first().getAttribute('data-room')) === String(room.id),
        'lifted',
      );
    },
  },
];
