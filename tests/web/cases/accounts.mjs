// tests/web/cases/accounts.mjs — Coming in and going out.

import assert from 'node:assert/strict';

const name = () => `new.${process.pid.toString(36)}.${Math.floor(Math.random() * 1e9).toString(36)}`;

async function register(window, username, display_name = '', password = 'a good password') {
  await window.find('billet-auth .other .link').click();
  await window.find('#username').fill(username);
  if (display_name) await window.find('#name').fill(display_name);
  await window.find('#password').fill(password);
  await window.page.keyboard.press('Enter');
}

export default [
  {
    name: 'a stranger creates an account and finds an empty list with a way on',
    async run(visit) {
      const window = await visit.window();
      await register(window, name(), 'Nora');
      await window.find('billet-rooms .empty').waitFor();
      await window.find('billet-rooms .empty .button').click();
      await window.find('billet-switcher input').waitFor();
      assert.equal(await window.page.title(), 'Billet');
    },
  },
  {
    name: 'a taken username and a wrong password are said where they belong',
    async run(visit) {
      const anna = await visit.stack.person('Anna');
      const window = await visit.window();
      await register(window, anna.username);
      assert.match(await window.find('billet-auth .alert').innerText(), /taken/);
      await window.find('billet-auth .other .link').click();
      await window.find('#username').fill(anna.username);
      await window.find('#password').fill('not the password');
      await window.page.keyboard.press('Enter');
      await window.eventually(
        async () => /not right/.test(await window.find('billet-auth .alert').innerText()),
        'wrong password is told',
      );
      assert.equal(
        await window.page.evaluate(
          () =>
            document.querySelector('billet-chat').shadowRoot.querySelector('billet-auth').shadowRoot.activeElement.id,
        ),
        'password',
      );
    },
  },
  {
    name: 'a password that everybody guesses and a name with something hidden are said where they belong',
    async run(visit) {
      const active = () =>
        window.page.evaluate(
          () =>
            document.querySelector('billet-chat').shadowRoot.querySelector('billet-auth').shadowRoot.activeElement.id,
        );
      const window = await visit.window();
      await register(window, name(), 'No\u202Era', 'qwertyuiop');
      await window.eventually(
        async () => /others would guess/.test(await window.find('billet-auth .alert').innerText()),
        'the password is told',
      );
      assert.equal(await active(), 'password');
      await window.find('#password').fill('a good password');
      await window.page.keyboard.press('Enter');
      await window.eventually(
        async () => /all of them visible/.test(await window.find('billet-auth .alert').innerText()),
        'the name is told',
      );
      assert.equal(await active(), 'name');
    },
  },
  {
    name: 'a reload stays signed in and in the room; signing out is for all tabs and ends the session',
    async run(visit) {
      const [anna, ben] = [await visit.stack.person('Anna'), await visit.stack.person('Ben')];
      const room = await visit.stack.room(anna, ben);
      await visit.stack.say(ben, room, 'hello from Ben');
      const context = await visit.context();
      const first = await visit.windowIn(context, { as: anna });
      await first.open(ben);
      await first.seesText('hello from Ben');
      await first.page.reload();
      await first.seesText('hello from Ben');
      const second = await visit.windowIn(context, { at: `#/rooms/${room.id}` });
      await second.seesText('hello from Ben');

      const token = await first.page.evaluate(() => JSON.parse(localStorage.getItem('billet:session:')).access);
      await first.find('billet-rooms header .icon-button').first().click();
      await first.find('billet-settings .button.danger').click();
      await first.find('#username').waitFor();
      await second.find('#username').waitFor();
      await assert.rejects(visit.stack.call('GET', '/users/me', { token }), /401/);
    },
  },
  {
    name: 'signing out asks before it throws texts away, and leaves none of them in any tab: drafts, unsent messages, notifications',
    async run(visit) {
      const { stack } = visit;
      const [anna, ben, cleo] = [await stack.person('Anna'), await stack.person('Ben'), await stack.person('Cleo')];
      const [room, other] = [await stack.room(anna, ben), await stack.room(anna, cleo)];
      await stack.call('PUT', `/chat/blocks/${anna.id}`, { token: ben.token });
      const context = await visit.context();
      await context.addInitScript(() => {
        window.notes = new Set();
        window.Notification = class {
          static permission = 'granted';
          constructor(title, { body }) {
            this.text = `${title}: ${body}`;
            window.notes.add(this);
          }
          close() {
            window.notes.delete(this);
          }
        };
        if (location.origin !== 'null') localStorage.setItem('billet:prefs', '{"notify":true,"asked":true}');
      });
      const first = await visit.windowIn(context, { as: anna });
      const second = await visit.windowIn(context, { at: `#/rooms/${other.id}` });
      await second.composer.waitFor();
      await first.open(ben);
      await first.write('unsent secret');
      await first.bubble('unsent secret').locator('.failure').waitFor();
      await first.composer.fill('drafted secret');
      for (const tab of [first, second]) await tab.lookAway();
      await stack.say(cleo, other, 'heard secret');
      const notes = (tab) => tab.page.evaluate(() => [...window.notes].map(({ text }) => text));
      for (const tab of [first, second])
        await tab.eventually(
          async () => (await notes(tab)).join() === 'Cleo: heard secret',
          'a notification in each tab',
        );
      for (const tab of [first, second]) await tab.lookBack();

      await first.find('billet-rooms header .icon-button').first().click();
      await first.find('billet-settings .button.danger').click();
      assert.match(await first.find('billet-confirm dialog').innerText(), /2 texts .* deleted/);
      await first.find('billet-confirm .button').first().click();
      await first.find('billet-confirm').waitFor({ state: 'detached' });
      assert.equal(await first.composer.inputValue(), 'drafted secret');

      await second.composer.fill('last words secret');
      await first.find('billet-rooms header .icon-button').first().click();
      await first.find('billet-settings .button.danger').click();
      await first.find('billet-confirm .button.danger').click();
      await first.find('#username').waitFor();
      await second.find('#username').waitFor();
      const left = (tab) =>
        tab.page.evaluate(async () => {
          const databases = await indexedDB.databases();
          const items = [];
          for (const { name } of databases) {
            const database = await new Promise(
              (resolve) => (indexedDB.open(name).onsuccess = ({ target }) => resolve(target.result)),
            );
            for (const store of database.objectStoreNames) {
              items.push(
                ...(await new Promise(
                  (resolve) =>
                    (database.transaction(store).objectStore(store).getAll().onsuccess = ({ target }) =>
                      resolve(target.result)),
                )),
              );
            }
            database.close();
          }
          const shown = (root) =>
            [
              root.textContent,
              ...[...root.querySelectorAll('*')].filter((one) => one.shadowRoot).map((one) => shown(one.shadowRoot)),
            ].join(' ');
          return JSON.stringify([
            items,
            { ...localStorage },
            document.title,
            shown(document),
            document.querySelector('billet-chat').state,
            [...window.notes].map(({ text }) => text),
          ]);
        });
      for (const tab of [first, second]) {
        await tab.eventually(async () => !/secret/.test(await left(tab)), 'nothing is left');
        assert.equal((await notes(tab)).length, 0);
      }
      await first.signIn(anna);
      await first.roomOf(ben).waitFor();
      assert.doesNotMatch(await left(first), /unsent secret|drafted secret|last words/);
      assert.ok(room.id);
    },
  },
  {
    name: 'a tab that hears nothing of the others does not bring back what was thrown away',
    async run(visit) {
      const { stack } = visit;
      const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
      const room = await stack.room(anna, ben);
      const context = await visit.context();
      const first = await visit.windowIn(context, { as: anna });
      const deaf = await visit.windowIn(context, {
        at: `#/rooms/${room.id}`,
        before: () => {
          window.BroadcastChannel = undefined;
          window.addEventListener('storage', (event) => event.stopImmediatePropagation(), true);
        },
      });
      await deaf.composer.waitFor();
      await deaf.online();
      await deaf.composer.fill('drafted secret');
      const kept = (tab) => tab.page.evaluate(() => JSON.stringify({ ...localStorage }).includes('drafted secret'));
      await first.eventually(() => kept(first), 'the draft is kept');
      await first.find('billet-rooms header .icon-button').first().click();
      await first.find('billet-settings .button.danger').click();
      await first.find('billet-confirm .button.danger').click();
      for (const tab of [first, deaf]) await tab.find('#username').waitFor();
      assert.equal(await kept(first), false);
      assert.doesNotMatch(JSON.stringify(await deaf.state((state) => state)), /secret/);
    },
  },
  {
    name: 'a session that ends by itself keeps what is unsent for whoever comes back, and not for somebody else',
    async run(visit) {
      const { stack } = visit;
      const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
      await stack.room(anna, ben);
      const context = await visit.context();
      const window = await visit.windowIn(context, { as: anna });
      const end = async () => {
        const token = await window.page.evaluate(() => JSON.parse(localStorage.getItem('billet:session:')).access);
        await stack.call('POST', '/auth/logout', { token });
        await window.find('#username').waitFor();
      };
      const drafts = () => window.page.evaluate(() => JSON.stringify({ ...localStorage }).includes('still to be said'));
      await window.open(ben);
      await window.online();
      await window.composer.fill('still to be said');
      await window.eventually(drafts, 'the draft is kept');
      await end();
      await window.signIn(anna);
      await window.composer.waitFor();
      assert.equal(await window.composer.inputValue(), 'still to be said');
      await window.online();
      await end();
      await window.signIn(ben);
      await window.eventually(async () => !(await drafts()), 'the draft is gone');
    },
  },
  {
    name: 'tabs share one session: many calls with a refused token make one refresh',
    async run(visit) {
      const anna = await visit.stack.person('Anna');
      const context = await visit.context();
      const tabs = [await visit.windowIn(context, { as: anna })];
      for (let i = 0; i < 3; i++) tabs.push(await visit.windowIn(context));
      await Promise.all(tabs.map((tab) => tab.ready()));
      let refreshes = 0;
      context.on('request', (request) => (refreshes += request.url().endsWith('/auth/refresh') ? 1 : 0));
      await tabs[0].page.evaluate(() => {
        const session = JSON.parse(localStorage.getItem('billet:session:'));
        localStorage.setItem('billet:session:', JSON.stringify({ ...session, until: 0 }));
      });
      await Promise.all(
        tabs.map((tab) => tab.page.evaluate(() => document.querySelector('billet-chat').app.rest.me())),
      );
      assert.equal(refreshes, 1);
    },
  },
];
