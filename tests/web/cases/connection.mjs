// tests/web/cases/connection.mjs — Connections that are dead, that are not let through, or that
// have no room.

import assert from 'node:assert/strict';
import { createHost } from '../../../nginx/www/demo/host.mjs';
import { Proxy } from '../support/proxy.mjs';
import { password } from '../support/stack.mjs';

const room_of_user = 20; // connections_per_user

// Anna behind a proxy, in her room with Ben.
async function behind(visit, proxy) {
  const { stack } = visit;
  const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
  const room = await stack.room(anna, ben);
  const context = await visit.context({ base: proxy.base });
  const a = await visit.windowIn(context, { base: proxy.base, as: anna });
  await a.open(ben);
  return { stack, anna, ben, room, a };
}

const contents = async (stack, who, room) => (await stack.messages(who, room)).map(({ content }) => content);
const look = (window, event = 'visibilitychange') =>
  window.page.evaluate((type) => (type === 'online' ? window : document).dispatchEvent(new Event(type)), event);

// As many connections of `who` as `count`, from outside of the client.
const crowd = (window, who, count) =>
  window.page.evaluate(
    ([token, wanted]) => {
      const one = () =>
        new Promise((resolve, reject) => {
          const socket = new WebSocket(`ws://${location.host}/ws`);
          socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', id: '1', payload: { token } }));
          socket.onmessage = ({ data }) => JSON.parse(data).type === 'welcome' && resolve(socket);
          socket.onclose = ({ code }) => reject(new Error(`closed ${code}`));
        });
      return Promise.all(Array.from({ length: wanted }, one)).then((sockets) => void (window.crowd = sockets));
    },
    [who.token, count],
  );

export default [
  ...['visibilitychange', 'online'].map((event) => ({
    name: `a connection that died in sleep is noticed and replaced within seconds of ${event}`,
    async run(visit) {
      const proxy = await Proxy.before(visit.stack.base);
      try {
        const { stack, ben, room, a } = await behind(visit, proxy);
        await a.online();
        await a.page.evaluate(() => (window.dead = document.querySelector('billet-chat').app.connection.socket.ws));
        proxy.silence();
        await stack.say(ben, room, 'while you slept');
        await a.page.waitForTimeout(300);
        assert.equal(await a.bubble('while you slept').count(), 0);
        const status = await a.page.evaluate((type) => {
          (type === 'online' ? window : document).dispatchEvent(new Event(type));
          return document.querySelector('billet-chat').state.link.status;
        }, event);
        assert.equal(status, 'checking');
        await a.eventually(
          () => a.page.evaluate(() => document.querySelector('billet-chat').app.connection.socket.ws !== window.dead),
          'the dead one is dropped',
          8_000,
        );
        await a.seesText('while you slept');
        await a.online();
      } finally {
        proxy.close();
      }
    },
  })),
  {
    name: 'a connection that lives answers when it is asked, and stays',
    async run(visit) {
      const anna = await visit.stack.person('Anna');
      const a = await visit.window({ as: anna });
      await a.online();
      await a.page.evaluate(() => (window.first = document.querySelector('billet-chat').app.connection.socket.ws));
      for (let i = 0; i < 8; i++) {
        await look(a);
        await a.online();
      }
      await a.page.waitForTimeout(3_000);
      assert.equal(
        await a.page.evaluate(() => document.querySelector('billet-chat').app.connection.socket.ws === window.first),
        true,
      );
      await a.online();
    },
  },
  {
    name: 'a proxy that strips Upgrade: the page says so, chats by asking, and connects as soon as it may',
    async run(visit) {
      const proxy = await Proxy.before(visit.stack.base);
      proxy.strips = true;
      try {
        const { stack, anna, ben, room, a } = await behind(visit, proxy);
        await a.find('billet-banner .banner', { hasText: 'Limited' }).waitFor({ timeout: 40_000 });
        await stack.say(ben, room, 'can you hear me?');
        await a.seesText('can you hear me?');
        await a.eventually(
          async () => (await stack.call('GET', '/chat/unread', { token: anna.token })).total_unread === 0,
          'read marks are set',
        );
        await a.write('with a delay');
        await a.tick('with a delay', 'sent');
        await a.eventually(() => a.state((state) => state.outbox.length === 0), 'the log brought it');
        assert.deepEqual(await contents(stack, anna, room), ['can you hear me?', 'with a delay']);
        proxy.strips = false;
        await a.find('billet-banner .banner .link').click();
        await a.online();
        await a.find('billet-banner .banner').waitFor({ state: 'detached' });
      } finally {
        proxy.close();
      }
    },
  },
  {
    name: 'a limited page asks seldom, and not at all while nobody looks',
    async run(visit) {
      const proxy = await Proxy.before(visit.stack.base);
      proxy.strips = true;
      try {
        const { a } = await behind(visit, proxy);
        let asked = 0;
        a.page.on('request', (request) => (asked += request.url().includes('/chat/sync') ? 1 : 0));
        await a.find('billet-banner .banner', { hasText: 'Limited' }).waitFor({ timeout: 40_000 });
        asked = 0;
        await a.page.waitForTimeout(10_000);
        assert.ok(asked <= 5, `asked ${asked} times in 10 s`);
        await a.page.evaluate(() =>
          Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' }),
        );
        await a.page.waitForTimeout(8_000);
        asked = 0;
        await a.page.waitForTimeout(10_000);
        assert.equal(asked, 0);
        await a.page.evaluate(() => delete document.visibilityState);
        await look(a);
        await a.eventually(() => asked > 0, 'asked at once when looked at');
      } finally {
        proxy.close();
      }
    },
  },
  {
    name: 'an account that is disabled: the element of a host says so, and a click is enough once it is enabled',
    async run(visit) {
      const { stack } = visit;
      const mia = await stack.person('Mia');
      const login = async () =>
        (await stack.call('POST', '/auth/login', { body: { username: mia.username, password } })).access_token;
      let token = await login();
      const host = createHost({ billet: stack.base, tokenOf: async () => ({ token, expires_in: 600 }) });
      await new Promise((resolve) => host.listen(0, '127.0.0.1', resolve));
      const base = `http://127.0.0.1:${host.address().port}`;
      const page = await (await visit.context({ base })).newPage();
      await page.goto(base);
      await page.locator('button[data-user=tom]').click();
      const list = page.locator('billet-rooms .empty');
      await list.waitFor();
      stack.control('user', 'disable', mia.username);
      await page.locator('.note', { hasText: 'disabled' }).waitFor();
      await page.locator('.note .button').click();
      await page.locator('.note', { hasText: 'disabled' }).waitFor();
      stack.control('user', 'enable', mia.username);
      token = await login();
      await page.locator('.note .button').click();
      await list.waitFor();
      host.closeAllConnections();
      host.close();
    },
  },
  {
    name: 'too many windows: the page says so, chats all the same, and connects by itself when another one is closed',
    async run(visit) {
      const { stack } = visit;
      const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
      const room = await stack.room(anna, ben);
      const context = await visit.context();
      const first = await visit.windowIn(context, { as: anna });
      await first.online();
      const stranger = await visit.window();
      await crowd(stranger, anna, room_of_user - 1);
      const refused = await visit.windowIn(context, { at: `#/rooms/${room.id}` });
      await refused.find('billet-banner .banner', { hasText: 'Too many' }).waitFor();
      await stack.say(ben, room, 'to all windows');
      await refused.seesText('to all windows');
      await first.page.close({ runBeforeUnload: true });
      await refused.online();

      await refused.page.evaluate(() => document.querySelector('billet-chat').app.connection.socket.halt(4504));
      await refused.find('billet-banner .banner', { hasText: 'Too many' }).waitFor();
      await look(refused);
      await refused.online();
    },
  },
];
