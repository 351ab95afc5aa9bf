// tests/web/screens.mjs BASE_URL OUTDIR [SCREEN…] — Pictures of every screen and state in both
// widths and themes.
//
// SCREEN: only pictures whose name contains it. An index.html beside them shows all, one state a
// line.

import http from 'node:http';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHost } from '../../nginx/www/demo/host.mjs';
import { desktop, openBrowser, phone, Visit } from './support/visit.mjs';
import { Stack } from './support/stack.mjs';
import { daysAgo } from './support/dates.mjs';

const [base, out, ...wanted] = process.argv.slice(2);
const stack = new Stack(base.replace(/\/$/, ''), '');
mkdirSync(out, { recursive: true });

// [who, text, days ago, time of day]
const talk = [
  ['anna', 'Did the shelves arrive?', 9, '16:02'],
  ['ben', 'Yes, this morning. Two boxes, heavier than they look.', 9, '16:20'],
  ['ben', 'I left them in the hallway for now', 9, '16:20'],
  ['anna', 'Perfect. I can come by on Thursday after work and we put them up together', 1, '09:14'],
  [
    'ben',
    'Thursday works. The manual is here if you want to look: https://example.com/shelves/manual?model=42 (it is short).',
    1,
    '09:31',
  ],
  ['anna', 'Reading it now.\n\n- six brackets\n- a level\n- the long drill bit, which I own', 1, '09:40'],
  ['ben', '👍', 1, '09:41'],
  ['anna', 'Shall we eat something afterwards? There is that new place at the corner', 0, '00:05'],
  ['ben', 'Gladly. They close at ten, so let us start at six', 0, '00:11'],
  ['ben', 'And bring the good screwdriver 🪛', 0, '00:11'],
  ['anna', 'Will do. See you on Thursday!', 0, '00:12'],
];
const others = [
  ['Cleo Marchetti', 'Platform 4, by the kiosk', 0],
  ['Дмитрий Соколов', 'Спасибо, всё дошло!', 1],
  ['Elif Yılmaz', 'Yarın görüşürüz 🙂', 2],
  ['فريد الحداد', 'شكرا جزيلا، أراك غدا', 4],
  [
    'Grace Nakamura',
    'I pushed the fix, have a look when you have a moment. It touches more files than I would like.',
    30,
  ],
  ['Maximiliane-Friederike von Hohenfels-Langenburg', 'ok', 500],
];
const unusual = [
  'مرحبا، كيف حالك اليوم؟ https://example.com/path/to',
  'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(3),
  '👩‍👩‍👧‍👦🎉',
  `https://example.com/${'a-rather-long-path/'.repeat(9)}`,
  'שלום עליכם! 🕊️ Mixed with English, and back: שלום.',
  '<b>not bold</b> & <script>alert(1)</script>',
  'a',
  'Ok, ' + 'and so on '.repeat(40).trim() + '.',
];

const anna = await stack.person('Anna Lindqvist');
const ben = await stack.person('Ben Okafor');
const peers = [];
for (const [name, text, days] of others) {
  const peer = await stack.person(name);
  const room = await stack.room(anna, peer);
  await stack.say(peer, room, text);
  if (peers.length > 0) await stack.read(anna, room);
  peers.push({ ...peer, room, days });
}
const noor = await stack.person('Noor Haddad');
const long = await stack.room(anna, noor);
for (const text of unusual) await stack.say(noor, long, text);
for (const text of unusual.slice(0, 4)) await stack.say(anna, long, text);
await stack.read(anna, long);
const olga = await stack.person('Olga Petrenko');
const unread = await stack.room(anna, olga);
await stack.fill(
  unread,
  24,
  (i) => (i % 3 ? olga : anna),
  (i) => `An earlier line, number ${i}`,
);
await stack.read(anna, unread);
await stack.fill(
  unread,
  40,
  () => olga,
  (i) => `News of the day, part ${i}`,
);
const newcomer = await stack.person('Nils Berg');
await stack.room(anna, newcomer);
const room = await stack.room(anna, ben);
for (const [who, text] of talk) await stack.say(who === 'anna' ? anna : ben, room, text);
await stack.read(ben, room);
await stack.read(anna, room);

// When what was said.
function when(message) {
  if (message.room_id === room.id) {
    const line = talk[message.seq - 1];
    return line && daysAgo(line[2], line[3]);
  }
  const peer = peers.find((one) => one.room.id === message.room_id);
  return peer && daysAgo(peer.days, '00:01');
}

const shows = (name) => wanted.length === 0 || wanted.some((part) => name.includes(part));
const browser = await openBrowser();

async function pictures(width, size, scheme) {
  const visit = new Visit(browser, stack);
  const shoot = async (window, name) => {
    if (!shows(name)) return;
    await window.page.waitForTimeout(350);
    await window.page.screenshot({ path: join(out, `${name}-${width}-${scheme}.png`) });
  };
  const open = async (options) => {
    const context = await visit.context({ size, scheme, ...options });
    await visit.dated(context, when);
    return visit.windowIn(context, options);
  };
  const narrow = size.width < 720;

  const stranger = await open();
  await shoot(stranger, '01-sign-in');
  await stranger.find('billet-auth .other .link').click();
  await stranger.find('#username').fill(anna.username);
  await stranger.find('#password').fill('long enough');
  await stranger.find('billet-auth .primary').click();
  await stranger.find('billet-auth .alert').waitFor();
  await shoot(stranger, '02-register');
  const empty = await open({ as: await stack.person('Emma Fresh') });
  await shoot(empty, '03-empty');

  const a = await open({ as: anna });
  await a.online();
  await stack.call('POST', `/chat/rooms/${peers[1].room.id}/typing`, { token: peers[1].token });
  await a.page.evaluate(
    (id) => document.querySelector('billet-chat').app.texts.draft(id, 'I would say that'),
    peers[2].room.id,
  );
  await shoot(a, '04-list');
  await a.open(ben);
  await a.seesText('See you on Thursday');
  await stack.call('POST', `/chat/rooms/${room.id}/typing`, { token: ben.token });
  await a.find('billet-timeline .typing').waitFor();
  await shoot(a, '05-room');
  await a.find('billet-timeline .scroller').evaluate((one) => (one.scrollTop -= 420));
  await shoot(a, '06-room-above');
  await a.composer.fill('A text of several lines\nthat grows the field\nwhere it is written');
  await shoot(a, '07-composer');
  await a.composer.fill('x'.repeat(3900));
  await shoot(a, '08-composer-full');
  await a.composer.fill('');
  await a.page.evaluate(() => (location.hash = '#/'));
  await a.open(noor);
  await shoot(a, '09-unusual');
  await a.find('billet-timeline .scroller').evaluate((one) => (one.scrollTop = 0));
  await shoot(a, '10-unusual-above');
  await a.page.evaluate(() => (location.hash = '#/'));
  await a.lookAway();
  await a.open(olga);
  await a.find('billet-timeline .divider').waitFor();
  await shoot(a, '11-unread');
  await a.page.evaluate(() => (location.hash = '#/'));
  await a.lookBack();
  await a.open(newcomer);
  await shoot(a, '12-empty-room');
  await a.page.keyboard.press('Control+k');
  await shoot(a, '13-switcher');
  await a.find('billet-switcher input').fill('ben');
  await a.find('billet-switcher .option', { hasText: 'Ben' }).first().waitFor();
  await shoot(a, '14-switcher-found');
  await a.find('billet-switcher input').fill('nobody.at.all');
  await a.find('billet-switcher .note', { hasText: 'Nobody' }).waitFor();
  await shoot(a, '15-switcher-none');
  await a.page.keyboard.press('Escape');
  await a.find('billet-switcher').waitFor({ state: 'detached' });
  await a.page.keyboard.press('Escape');
  await a.page.evaluate((id) => (location.hash = `#/rooms/${id}`), room.id);
  await a.seesText('See you on Thursday');
  await a.find('billet-room .menu > button').click();
  await shoot(a, '16-menu');
  await a.find('billet-room .menu li button').click();
  await shoot(a, '17-confirm');
  await a.find('billet-confirm .button.danger').click();
  await a.find('billet-composer .notice').waitFor();
  await shoot(a, '18-blocked');
  await stack.call('DELETE', `/chat/blocks/${ben.id}`, { token: anna.token });
  await a.composer.waitFor();
  await stack.call('PUT', `/chat/blocks/${anna.id}`, { token: ben.token });
  await a.write('This one is refused');
  await a.bubble('refused').locator('.failure').waitFor();
  await shoot(a, '19-refused');
  await a.bubble('refused').locator('.failure .link').last().click();
  await stack.call('DELETE', `/chat/blocks/${anna.id}`, { token: ben.token });
  await a.page.context().setOffline(true);
  await a.page.evaluate(() => {
    const { socket } = document.querySelector('billet-chat').app.connection;
    Object.assign(socket, { attempt: 9, random: () => 0.9 });
    socket.suspect();
  });
  await a.find('billet-banner .banner').waitFor();
  await a.write('Written on the train');
  await a.write('and without a network');
  await shoot(a, '20-offline');
  for (const text of ['Written on', 'and without'])
    await a.page.evaluate((start) => {
      const { app } = document.querySelector('billet-chat');
      return app.outgoing.discard(app.state.outbox.find((item) => item.content.startsWith(start)).id);
    }, text);
  await a.page.context().setOffline(false);
  await a.page.evaluate(() => document.querySelector('billet-chat').app.tryNow());
  await a.online();
  const states = {
    '28-checking': { status: 'checking' },
    '29-limited': { status: 'waiting', retryAt: 0, limited: true },
    '30-too-many-windows': { status: 'stopped', code: 4504 },
    '31-too-many-limited': { status: 'stopped', code: 4504, limited: true },
    '32-nothing-kept': { status: 'online', note: 'unkept' },
    '33-windows-alone': { status: 'waiting', limited: true, note: 'alone' },
  };
  for (const [name, { note = '', ...link }] of Object.entries(states)) {
    await a.page.evaluate(
      ([note, link]) => {
        const { app } = document.querySelector('billet-chat');
        app.dispatch({ type: 'note', note });
        app.dispatch({ type: 'link', link: { retryAt: 0, code: 0, ...link } });
      },
      [note, link],
    );
    await a.find('billet-banner .banner').first().waitFor();
    await shoot(a, name);
  }
  await a.page.evaluate(() => {
    const { app } = document.querySelector('billet-chat');
    app.dispatch({ type: 'note', note: '' });
    app.connection.tell();
  });
  if (narrow) await a.page.evaluate(() => (location.hash = '#/'));
  await stack.call('PUT', `/chat/blocks/${peers[3].id}`, { token: anna.token });
  await a.find('billet-rooms header .icon-button').first().click();
  await a.find('billet-settings .person').waitFor();
  await shoot(a, '21-settings');
  await a.find('billet-settings .content').evaluate((one) => (one.scrollTop = 1e6));
  await shoot(a, '22-settings-below');
  await stack.call('DELETE', `/chat/blocks/${peers[3].id}`, { token: anna.token });
  await a.find('billet-settings .button.danger').click();
  await a.find('billet-confirm .button.danger').waitFor();
  await shoot(a, '28-sign-out');
  await a.page.keyboard.press('Escape');
  await a.find('billet-confirm').waitFor({ state: 'detached' });

  const german = await open({ as: anna, locale: 'de-DE' });
  await german.open(ben);
  await german.seesText('See you on Thursday');
  await shoot(german, '23-german');

  const slow = await visit.context({ size, scheme });
  const waiting = await visit.windowIn(slow, { as: anna });
  await waiting.online();
  await slow.route(/\/messages\?/, () => {});
  await waiting.roomOf(ben).click();
  await waiting.find('billet-timeline .skeleton').waitFor();
  await shoot(waiting, '24-loading-room');
  await slow.route(/\/chat\/rooms\?/, () => {});
  await waiting.page.goto(`${stack.base}/#/`);
  await waiting.page.reload();
  await waiting.find('billet-rooms .bone').first().waitFor();
  await shoot(waiting, '25-loading-list');
  await slow.unroute(/\/chat\/rooms\?/);
  await slow.route(/\/(chat|users)\//, (route) => route.abort());
  await waiting.page.reload();
  await waiting.find('.note.full .button').waitFor();
  await shoot(waiting, '26-no-server');

  await embedded(visit, { size, scheme }, shoot);
  await visit.close();
}

async function embedded(visit, look, shoot) {
  const tom = await stack.person('Tom (support)');
  const mia = await stack.person('Mia (customer)');
  const shop = await stack.room(mia, tom);
  await stack.say(mia, shop, 'Is the shelf oiled?');
  await stack.say(tom, shop, 'Yes, twice.');
  const server = createHost({
    billet: stack.base,
    tokenOf: async (user) => ({ token: { mia, tom }[user].token, expires_in: 600 }),
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `http://127.0.0.1:${server.address().port}`;
  for (const user of ['mia', 'tom']) {
    const context = await visit.context({ base: host, ...look });
    const page = await context.newPage();
    await page.route('**/host.js', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({
        response: answer,
        body: (await answer.text()).replace('@shop.tom', `@${tom.username}`),
      });
    });
    await page.goto(host);
    await page.locator(`button[data-user=${user}]`).click();
    await page
      .locator(user === 'mia' ? 'billet-composer textarea' : 'billet-rooms .room')
      .first()
      .waitFor();
    await shoot({ page }, `27-embed-${user}`);
  }
  server.closeAllConnections();
  server.close();
  await misplaced(visit, look, shoot);
}

// Billet's script on an origin that is not Billet's, and nothing said about tokens.
async function misplaced(visit, look, shoot) {
  const server = http.createServer((_, response) =>
    response
      .writeHead(200, { 'Content-Type': 'text/html' })
      .end(
        `<!doctype html><title>Host</title><script src="${stack.base}/embed.js" defer></script><billet-chat></billet-chat>`,
      ),
  );
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page = await (await visit.context({ ...look, foreign: true })).newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.locator('billet-chat .note h1').waitFor();
  await shoot({ page }, '29-embed-without-tokens');
  server.closeAllConnections();
  server.close();
}

for (const [width, size] of [
  ['desktop', desktop],
  ['phone', phone],
]) {
  for (const scheme of ['light', 'dark']) await pictures(width, size, scheme);
}
await browser.close();

const names = [
  ...new Set(
    readdirSync(out)
      .filter((file) => file.endsWith('.png'))
      .map((file) => file.replace(/-(desktop|phone)-(light|dark)\.png$/, '')),
  ),
].sort();
const looks = ['desktop-light', 'desktop-dark', 'phone-light', 'phone-dark'];
writeFileSync(
  join(out, 'index.html'),
  `<!doctype html><meta charset="utf-8"><title>Billet: all screens</title>${names
    .map(
      (name) =>
        `<h2>${name}</h2><p>${looks.map((look) => `<img height="500" alt="${look}" src="${name}-${look}.png">`).join(' ')}</p>`,
    )
    .join('\n')}\n`,
);
