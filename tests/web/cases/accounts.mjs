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
      await window.eventually(async () => /not right/.test(await window.find('billet-auth .alert').innerText()), 'wrong password is told');
      assert.equal(await window.page.evaluate(() => document.querySelector('billet-chat').shadowRoot.querySelector('billet-auth').shadowRoot.activeElement.id), 'password');
    },
  },
  {
    name: 'a password that everybody guesses and a name with something hidden are said where they belong',
    async run(visit) {
      const active = () => window.page.evaluate(() => document.querySelector('billet-chat').shadowRoot.querySelector('billet-auth').shadowRoot.activeElement.id);
      const window = await visit.window();
      await register(window, name(), 'No\u202Era', 'qwertyuiop');
      await window.eventually(async () => /others would guess/.test(await window.find('billet-auth .alert').innerText()), 'the password is told');
      assert.equal(await active(), 'password');
      await window.find('#password').fill('a good password');
      await window.page.keyboard.press('Enter');
      await window.eventually(async () => /all of them visible/.test(await window.find('billet-auth .alert').innerText()), 'the name is told');
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
      await Promise.all(tabs.map((tab) => tab.page.evaluate(() => document.querySelector('billet-chat').app.rest.me())));
      assert.equal(refreshes, 1);
    },
  },
];
