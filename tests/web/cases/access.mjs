// tests/web/cases/access.mjs — axe on every screen in both widths and themes; what a screen reader
// is told; languages and themes.

import assert from 'node:assert/strict';
import { desktop, phone } from '../support/visit.mjs';

const sizes = { desktop, phone };

async function screens(visit, size, scheme) {
  const { stack } = visit;
  const [anna, ben, cleo] = [await stack.person('Anna'), await stack.person('Ben'), await stack.person('Cleo')];
  const room = await stack.room(anna, ben);
  await stack.say(anna, room, 'Read this: https://example.com/x');
  await stack.read(ben, room);
  await stack.say(ben, room, 'Thank you');
  await stack.say(anna, room, '👍');
  const other = await stack.room(anna, cleo);
  await stack.say(cleo, other, 'unread');
  const window = await visit.window({ size, scheme });
  const look = (what) => window.accessible(`${what}, ${scheme}`);

  await look('sign in');
  await window.find('billet-auth .other .link').click();
  await look('create account');
  await window.find('billet-auth .primary').click();
  await window.find('billet-auth .alert').waitFor();
  await look('refused form');
  await window.find('billet-auth .other .link').click();
  await window.signIn(anna);
  await look('list');
  await window.open(ben);
  await window.seesText('👍');
  await stack.call('PUT', `/chat/blocks/${anna.id}`, { token: ben.token });
  await window.write('refused');
  await window.bubble('refused').locator('.failure').waitFor();
  await look('room with a refused message');
  await window.find('billet-room .menu > button').click();
  await look('menu');
  await window.find('billet-room .menu li button').click();
  await window.find('billet-confirm dialog').waitFor();
  await look('confirmation');
  await window.find('billet-confirm .button.danger').click();
  await window.find('billet-composer .notice').waitFor();
  await look('blocked');
  await window.page.keyboard.press('Control+k');
  await window.find('billet-switcher .option').first().waitFor();
  await look('switcher');
  await window.find('billet-switcher input').fill('nobody.at.all');
  await window.find('billet-switcher .note', { hasText: 'Nobody' }).waitFor();
  await look('switcher without a result');
  await window.page.keyboard.press('Escape');
  await window.find('billet-switcher').waitFor({ state: 'detached' });
  await window.page.keyboard.press('Escape');
  await window.find('billet-rooms header .icon-button').first().click();
  await window.find('billet-settings .person').waitFor();
  await look('settings');
  await window.page.keyboard.press('Escape');
  await window.page.evaluate(() => {
    const { socket } = document.querySelector('billet-chat').app.connection;
    Object.assign(socket, { attempt: 9, random: () => 0.9 });
    socket.suspect();
  });
  await window.find('billet-banner .banner').waitFor();
  await look('no connection');
}

const axe_cases = Object.entries(sizes).flatMap(([name, size]) =>
  ['light', 'dark'].map((scheme) => ({
    name: `axe finds nothing serious on any screen: ${name}, ${scheme}`,
    run: (visit) => screens(visit, size, scheme),
  })),
);

export default [
  ...axe_cases,
  {
    name: 'an empty account and a server that does not answer have accessible screens too',
    async run(visit) {
      const anna = await visit.stack.person('Anna');
      const context = await visit.context();
      const window = await visit.windowIn(context, { as: anna });
      await window.accessible('empty list');
      await context.route(/\/(chat|users)\//, (route) => route.abort());
      await window.page.reload();
      await window.find('.note.full .button').waitFor();
      await window.accessible('no server');
      await context.unroute(/\/(chat|users)\//);
      await window.find('.note.full .button').click();
      await window.ready();
    },
  },
  {
    name: 'one announcement per message of the other, none for history, ticks and own messages',
    async run(visit) {
      const { stack } = visit;
      const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
      const room = await stack.room(anna, ben);
      await stack.fill(room, 90, (i) => (i % 2 ? anna : ben));
      const window = await visit.window({ as: anna });
      await window.page.evaluate(() => {
        window.said = [];
        const live = document.querySelector('billet-chat').shadowRoot.querySelector('[aria-live="polite"]');
        new MutationObserver((changes) =>
          changes.forEach((change) =>
            change.addedNodes.forEach((node) => node.localName === 'p' && window.said.push(node.textContent)),
          ),
        ).observe(live, { childList: true });
      });
      await window.open(ben);
      await window.online();
      const log = window.find('billet-timeline [role="log"]');
      assert.equal(await log.getAttribute('aria-live'), 'off');
      await log.evaluate((one) => (one.scrollTop = 0));
      await window.write('mine');
      await window.tick('mine', 'sent');
      await stack.read(ben, room);
      await window.tick('mine', 'read');
      assert.deepEqual(await window.page.evaluate(() => window.said), []);
      await stack.say(ben, room, 'first');
      await stack.say(ben, room, 'second');
      await window.eventually(() => window.page.evaluate(() => window.said.length >= 2), 'announced');
      await window.page.waitForTimeout(300);
      assert.deepEqual(await window.page.evaluate(() => window.said), ['Ben: first', 'Ben: second']);
    },
  },
  {
    name: 'all of it by keyboard: sign in, find, write, block, unblock, sign out',
    async run(visit) {
      const { stack } = visit;
      const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
      const window = await visit.window();
      const { keyboard } = window.page;
      const focused = () =>
        window.page.evaluate(() => {
          let one = document.activeElement;
          while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
          return one?.getAttribute('aria-label') || one?.textContent.trim() || one?.id || '';
        });
      const tabTo = async (label, key = 'Tab') => {
        for (let i = 0; i < 40; i++) {
          if ((await focused()).startsWith(label)) return;
          await keyboard.press(key);
        }
        assert.fail(`${label} is not reached by ${key}`);
      };
      await window.find('#username').waitFor();
      await keyboard.type(anna.username);
      await keyboard.press('Tab');
      await keyboard.type('correct horse battery');
      await keyboard.press('Enter');
      await window.ready();
      await window.startWith(ben);
      await window.eventually(async () => (await focused()).startsWith('Message to'), 'focus in the composer');
      await keyboard.type('by keyboard');
      await keyboard.press('Enter');
      await window.tick('by keyboard', 'sent');
      await tabTo('Conversation options', 'Shift+Tab');
      await keyboard.press('Enter');
      await tabTo('Block Ben');
      await keyboard.press('Enter');
      await tabTo('Block Ben');
      await keyboard.press('Enter');
      await window.find('billet-composer .notice').waitFor();
      await tabTo('Unblock');
      await keyboard.press('Enter');
      await window.composer.waitFor();
      await tabTo('Settings', 'Shift+Tab');
      await keyboard.press('Enter');
      await tabTo('Sign out');
      await keyboard.press('Enter');
      await window.find('#username').waitFor();
    },
  },
  {
    name: 'German and themes: as the browser says, or as chosen, and kept',
    async run(visit) {
      const anna = await visit.stack.person('Anna');
      const window = await visit.window({ locale: 'de-DE', scheme: 'dark', as: anna });
      assert.equal(await window.find('billet-rooms h1').innerText(), 'Chats');
      await window.find('billet-rooms .empty', { hasText: 'Noch keine Gespräche' }).waitFor();
      assert.equal(await window.page.evaluate(() => document.documentElement.lang), 'de');
      const scheme = () => window.find('billet-chat').getAttribute('scheme');
      assert.equal(await scheme(), 'dark');
      await window.find('billet-rooms header .icon-button').first().click();
      await window.find('billet-settings .choice span', { hasText: 'Hell' }).click();
      assert.equal(await scheme(), 'light');
      await window.find('billet-settings #lang').selectOption('en');
      await window.find('billet-settings h2', { hasText: 'Settings' }).waitFor();
      await window.page.reload();
      await window.find('billet-rooms .empty', { hasText: 'No conversations yet' }).waitFor();
      assert.equal(await scheme(), 'light');
      await window.find('billet-rooms header .icon-button').first().click();
      await window.find('billet-settings .choice span', { hasText: 'System' }).click();
      assert.equal(await scheme(), 'dark');
      await window.page.emulateMedia({ colorScheme: 'light' });
      await window.eventually(async () => (await scheme()) === 'light', 'as the system changes');
    },
  },
];
