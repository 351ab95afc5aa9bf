// tests/web/cases/browsers.mjs — What browsers deny or take away: locks, stores, the page itself.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { openBrowser, openProfile, plain_name } from '../support/visit.mjs';

const plain = (visit) => visit.stack.base.replace('127.0.0.1', plain_name);
const contents = async (stack, who, room) => (await stack.messages(who, room)).map(({ content }) => content);

// The access token of this browser's session has run out.
const expire = (window) =>
  window.page.evaluate(() => {
    const session = JSON.parse(localStorage.getItem('billet:session:'));
    localStorage.setItem('billet:session:', JSON.stringify({ ...session, until: 0 }));
  });

// Counts refreshes of all tabs.
function counting(context) {
  const refreshes = [];
  context.on('request', (request) => request.url().endsWith('/auth/refresh') && refreshes.push(request));
  return refreshes;
}

// Somebody signed in in a context without Web Locks, where the session has to be refreshed; the tab
// is closed.
async function returning(visit) {
  const base = plain(visit);
  const context = await visit.context({ base });
  const first = await visit.windowIn(context, { base, as: await visit.stack.person('Anna') });
  assert.deepEqual(await first.page.evaluate(() => [isSecureContext, typeof navigator.locks]), [false, 'undefined']);
  await expire(first);
  await first.page.close();
  return { base, context, refreshes: counting(context) };
}

async function pair(visit) {
  const { stack } = visit;
  const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
  return { stack, anna, ben, room: await stack.room(anna, ben) };
}

// Site data blocked, as in the browser's settings.
async function blocking(visit) {
  const folder = mkdtempSync(join(tmpdir(), 'billet-profile.'));
  const context = await openProfile(folder, { profile: { default_content_setting_values: { cookies: 2 } } });
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })); // Chromium writes until it has ended
  return visit.watched(context, { foreign: true });
}

export default [
  {
    name: 'plain http under a name: two tabs that come up with an expired token make one refresh and both stay',
    async run(visit) {
      const { base, context, refreshes } = await returning(visit);
      // Slow enough for all tabs to want one.
      await context.route('**/auth/refresh', (route) => setTimeout(() => route.fallback(), 3_000));
      const tabs = await Promise.all([1, 2, 3].map(() => visit.windowIn(context, { base })));
      await Promise.all(tabs.map((tab) => tab.ready()));
      await Promise.all(tabs.map((tab) => tab.online()));
      assert.equal(refreshes.length, 1);
    },
  },
  {
    name: 'plain http under a name: a tab that refreshes slowly is waited for, one that crashes is not',
    async run(visit) {
      const { base, context, refreshes } = await returning(visit);
      // The first one never gets its answer.
      const asked = new Promise((resolve) =>
        context.route('**/auth/refresh', (route) => (refreshes.length > 1 ? route.fallback() : resolve())),
      );
      const slow = await visit.windowIn(context, { base });
      await asked;
      const other = await visit.windowIn(context, { base });
      await other.page.waitForTimeout(12_000);
      assert.equal(refreshes.length, 1);
      const session = await context.newCDPSession(slow.page);
      session.send('Page.crash').catch(() => {});
      await other.eventually(() => refreshes.length === 2, 'the place of the one that crashed is taken', 60_000);
      await other.ready();
      await other.online();
      await slow.page.close();
    },
  },
  {
    name: 'plain http under a name: what is unsent goes out once and in order, whatever tab sends it',
    async run(visit) {
      const { stack, anna, ben, room } = await pair(visit);
      const base = plain(visit);
      const context = await visit.context({ base });
      const one = await visit.windowIn(context, { base, as: anna });
      const two = await visit.windowIn(context, { base });
      await Promise.all([one.open(ben), two.open(ben)]);
      await context.setOffline(true);
      for (const [tab, text] of [
        [one, 'a'],
        [two, 'b'],
        [one, 'c'],
        [two, 'd'],
      ]) {
        await tab.write(`text ${text}`);
        await tab.eventually(() => tab.state((state) => state.outbox.at(-1)?.saved), 'saved');
      }
      await context.setOffline(false);
      for (const tab of [one, two]) await tab.tick('text d', 'sent');
      assert.deepEqual(await contents(stack, anna, room), ['text a', 'text b', 'text c', 'text d']);
    },
  },
  {
    name: 'site data blocked: the page works from memory and says so, also with two windows',
    async run(visit) {
      const { stack, anna, ben, room } = await pair(visit);
      const context = await blocking(visit);
      const window = await visit.windowIn(context, { as: anna });
      assert.equal(
        await window.page.evaluate(() => {
          try {
            return typeof localStorage;
          } catch (error) {
            return error.name;
          }
        }),
        'SecurityError',
      );
      await window.online();
      await window.find('billet-banner .note', { hasText: 'keeps nothing' }).waitFor();
      await window.open(ben);
      await window.write('from memory');
      await window.tick('from memory', 'sent');
      assert.deepEqual(await contents(stack, anna, room), ['from memory']);
      await window.find('billet-banner .note .link').click();
      await window.find('billet-banner .note').waitFor({ state: 'detached' });
      const second = await visit.windowIn(context, { as: anna });
      await second.online();
    },
  },
  {
    name: 'site data blocked: the element in a frame of another site works with tokens of its host',
    async run(visit) {
      const { stack, anna, ben, room } = await pair(visit);
      await stack.say(ben, room, 'hello in there');
      const context = await blocking(visit);
      const html = { contentType: 'text/html' };
      await context.route('**/billet-token', (route) =>
        route.fulfill({ json: { token: anna.token, expires_in: 600 } }),
      );
      await context.route('**/framed.html', (route) =>
        route.fulfill({
          ...html,
          body: `<script src="/embed.js" defer></script><billet-chat token-url="/billet-token" peer="@${ben.username}"></billet-chat>`,
        }),
      );
      await context.route('**/host.html', (route) =>
        route.fulfill({
          ...html,
          body: `<iframe src="${stack.base}/framed.html" width="800" height="600"></iframe>`,
        }),
      );
      const page = await context.newPage();
      await page.goto(`${plain(visit)}/host.html`);
      const frame = page.frameLocator('iframe');
      await frame.locator('billet-timeline .row', { hasText: 'hello in there' }).waitFor();
      await frame.locator('billet-composer textarea').fill('hello out there');
      await frame.locator('billet-composer textarea').press('Enter');
      await frame.locator('billet-timeline .row', { hasText: 'hello out there' }).locator('.tick.sent').waitFor();
    },
  },
  {
    name: 'a database that the browser drops in mid-life is opened anew: messages go on',
    async run(visit) {
      const { stack, anna, ben, room } = await pair(visit);
      const window = await visit.window({ as: anna });
      await window.open(ben);
      await window.online();
      await window.write('before');
      await window.tick('before', 'sent');
      const session = await window.page.context().newCDPSession(window.page);
      await session.send('Storage.clearDataForOrigin', { origin: stack.base, storageTypes: 'indexeddb' });
      await window.write('after');
      await window.tick('after', 'sent');
      assert.deepEqual(await contents(stack, anna, room), ['before', 'after']);
      // One that was being deleted is left alone for some seconds.
      const used = () =>
        window.page.evaluate(async () => {
          const { session, texts } = document.querySelector('billet-chat').app;
          const { box } = texts;
          const { owner } = session;
          await box.list(owner);
          return box.database.current !== null && box.untold.removed.size === 0;
        });
      await window.eventually(used, 'the store is used again', 30_000);
    },
  },
  {
    name: 'a database that never opens keeps nobody from signing in and writing, in no tab',
    async run(visit) {
      const { stack, anna, ben, room } = await pair(visit);
      const context = await visit.context();
      await context.addInitScript(() => (IDBFactory.prototype.open = () => ({})));
      const one = await visit.windowIn(context, { as: anna });
      const two = await visit.windowIn(context);
      await two.ready();
      await Promise.all([one.open(ben), two.open(ben)]);
      await one.write('one');
      await one.tick('one', 'sent');
      await two.write('two');
      await two.tick('two', 'sent');
      assert.deepEqual(await contents(stack, anna, room), ['one', 'two']);
      await expire(one);
      const refreshes = counting(context);
      await Promise.all(
        [one, two].map((tab) => tab.page.evaluate(() => document.querySelector('billet-chat').app.rest.me())),
      );
      assert.equal(refreshes.length, 1);
    },
  },
  {
    name: 'a browser whose storage is full sends from memory, in order, and keeps again when there is room',
    async run(visit) {
      const { stack, anna, ben, room } = await pair(visit);
      const window = await visit.window({ as: anna });
      await window.open(ben);
      await window.online();
      await window.page.evaluate(() => {
        const { add } = IDBObjectStore.prototype;
        IDBObjectStore.prototype.add = function (value) {
          if (window.full !== false) throw new DOMException('full', 'QuotaExceededError');
          return add.call(this, value);
        };
      });
      await window.page.context().setOffline(true);
      for (const text of ['first', 'second']) await window.write(text);
      await window.eventually(
        () => window.page.evaluate(() => document.querySelector('billet-chat').app.texts.box.untold.added.length === 2),
        'held in memory',
      );
      await window.page.evaluate(() => (window.full = false));
      await window.write('third');
      await window.page.context().setOffline(false);
      await window.tick('third', 'sent');
      assert.deepEqual(await contents(stack, anna, room), ['first', 'second', 'third']);
      assert.equal(
        await window.page.evaluate(() => document.querySelector('billet-chat').app.texts.box.untold.added.length),
        0,
      );
    },
  },
  {
    name: 'a page in the back/forward cache holds up nobody: what it was sending goes out by another tab, and it comes back alive',
    async run(visit) {
      const { stack, anna, ben, room } = await pair(visit);
      const browser = await openBrowser({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
      try {
        const context = await visit.context({ browser, foreign: true });
        const cached = await visit.windowIn(context, { as: anna, at: `#/rooms/${room.id}` });
        const other = await visit.windowIn(context, { at: `#/rooms/${room.id}` });
        await Promise.all([cached.online(), other.online()]);
        // No answer is heard: the message stays in flight, and the lock held.
        await cached.page.evaluate(() => {
          const { socket } = document.querySelector('billet-chat').app.connection;
          window.life = 1;
          socket.write = (frame) => frame.type === 'chat_message' || socket.ws?.send(JSON.stringify(frame));
        });
        await cached.write('in flight');
        await cached.eventually(
          () =>
            cached.page.evaluate(async () =>
              (await navigator.locks.query()).held.some(({ name }) => name.startsWith('billet:outbox')),
            ),
          'the lock is held',
        );
        await other.write('waits behind it');
        // Playwright's own ways wait for a load that does not come.
        const moves = (where) => cached.page.evaluate(where, `${plain(visit)}/icon.svg`).catch(() => {});
        await moves((to) => (location.href = to));
        await other.tick('waits behind it', 'sent');
        assert.deepEqual(await contents(stack, anna, room), ['in flight', 'waits behind it']);
        await moves(() => history.back());
        await cached.seesText('waits behind it');
        assert.equal(await cached.page.evaluate(() => window.life), 1, 'it was in the cache');
        await cached.online();
        await stack.say(ben, room, 'welcome back');
        await cached.seesText('welcome back');
      } finally {
        await browser.close();
      }
    },
  },
];
