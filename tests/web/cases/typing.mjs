// tests/web/cases/typing.mjs — What keyboards send: input methods in every browser's order of
// events, the keyboard of a phone, halves of emoji.

import assert from 'node:assert/strict';
import { phone } from '../support/visit.mjs';

async function writing(visit, options = {}) {
  const { stack } = visit;
  const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
  const room = await stack.room(anna, ben);
  await stack.say(ben, room, 'hi');
  const window = await visit.window({ ...options, as: anna });
  await window.open(ben);
  await window.online();
  return { stack, anna, ben, room, window };
}

const contents = async (stack, who, room) => (await stack.messages(who, room)).map(({ content }) => content);

// An input method, as the browser's debugger lets one be played: real events, which the page cannot
// tell from those of a person.
async function inputMethod(window) {
  const session = await window.page.context().newCDPSession(window.page);
  const key =
    (name, code = 229) =>
    async () => {
      const event = { key: name, code: name, windowsVirtualKeyCode: code };
      await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...event });
      await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
    };
  return {
    compose: (text) =>
      session.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length }),
    commit: (text) => session.send('Input.insertText', { text }),
    enter: key('Enter'),
    escape: key('Escape'),
    down: key('ArrowDown'),
  };
}

// Both orders: the key inside of the composition (Chromium, Firefox), or behind its end and with
// nothing but its code (Safari).
const orders = {
  Chromium: async (method, word, key) => {
    await method.compose(word);
    await key();
    await method.commit(word);
  },
  Safari: async (method, word, key) => {
    await method.compose(word);
    await method.commit(word);
    await key();
  },
};

// A key as old Firefox tells of it: by isComposing alone. Sent to what has the focus.
const composingKey = (window, key) =>
  window.page.evaluate((name) => {
    let target = document.activeElement;
    while (target.shadowRoot?.activeElement) target = target.shadowRoot.activeElement;
    target.dispatchEvent(
      new KeyboardEvent('keydown', {
        key: name,
        isComposing: true,
        bubbles: true,
        composed: true,
        cancelable: true,
      }),
    );
  }, key);

export default [
  {
    name: 'the Return that takes a composed word over sends nothing, in any browser’s order of events',
    async run(visit) {
      const { stack, anna, room, window } = await writing(visit);
      const method = await inputMethod(window);
      await window.composer.focus();
      for (const compose of Object.values(orders)) await compose(method, '日本', method.enter);
      await composingKey(window, 'Enter');
      assert.equal(await window.composer.inputValue(), '日本日本');
      await window.page.keyboard.press('Enter');
      await window.tick('日本日本', 'sent');
      assert.deepEqual(await contents(stack, anna, room), ['hi', '日本日本']);
    },
  },
  {
    name: 'a text that shows nothing is no message, as the server has it',
    async run(visit) {
      const { stack, anna, room, window } = await writing(visit);
      const button = window.find('billet-composer .send');
      for (const nothing of [' ', '\u2800', '\u3164', '\u200b\u00ad']) {
        await window.composer.fill(nothing);
        assert.equal(await button.getAttribute('aria-disabled'), 'true', JSON.stringify(nothing));
        await window.page.keyboard.press('Enter');
      }
      await window.composer.fill('.\u2800');
      assert.equal(await button.getAttribute('aria-disabled'), 'false');
      await window.page.keyboard.press('Enter');
      await window.tick('.\u2800', 'sent');
      assert.deepEqual(await contents(stack, anna, room), ['hi', '.\u2800']);
    },
  },
  {
    name: 'keys of an input method choose and close nothing in the finder, and leave the page where it is',
    async run(visit) {
      const { stack, anna, window } = await writing(visit);
      const cleo = await stack.person('Cleo');
      await stack.say(cleo, await stack.room(anna, cleo), 'hey');
      await window.roomOf(cleo).waitFor();
      const method = await inputMethod(window);
      const finder = window.find('billet-switcher input');
      const chosen = () => window.find('billet-switcher .option[aria-selected="true"] .name').innerText();
      for (const [name, compose] of Object.entries(orders)) {
        await window.page.keyboard.press('Control+k');
        await finder.waitFor();
        await method.compose('n');
        await method.commit('');
        await finder.fill('');
        await window.find('billet-switcher .option').nth(1).waitFor();
        const first = await chosen();
        await method.down();
        await composingKey(window, 'ArrowDown');
        assert.equal(await chosen(), first, `${name}: nothing is chosen by the keys of an input method`);
        await compose(method, 'e', method.enter);
        await composingKey(window, 'Enter');
        await compose(method, '', method.escape);
        await window.page.waitForTimeout(150);
        assert.equal(await finder.isVisible(), true, `${name}: it stays open`);
        assert.match(await finder.inputValue(), /^e/);
        assert.equal(await window.find('billet-room h2').innerText(), 'Ben');
        await window.page.keyboard.press('Escape');
        await finder.waitFor({ state: 'detached' });
      }
      // The page's own Esc and Alt+arrows, while a word is composed in the composer.
      await window.composer.focus();
      for (const compose of Object.values(orders)) await compose(method, '語', method.escape);
      for (const key of ['Escape', 'k']) await composingKey(window, key);
      assert.equal(await window.find('billet-room h2').innerText(), 'Ben');
      assert.equal(await finder.count(), 0);
    },
  },
  {
    name: 'an Esc of an input method closes no settings and no menu; its Return saves no name',
    async run(visit) {
      const { stack, anna, window } = await writing(visit);
      const method = await inputMethod(window);
      await window.find('billet-rooms header .icon-button').first().click();
      const name = window.find('billet-settings #name');
      await name.focus();
      for (const compose of Object.values(orders)) {
        await compose(method, '名', method.enter);
        await compose(method, '前', method.escape);
      }
      await composingKey(window, 'Escape');
      await window.page.waitForTimeout(150);
      assert.equal(await name.isVisible(), true, 'the settings are open');
      assert.equal((await stack.call('GET', '/users/me', { token: anna.token })).display_name, 'Anna');
      await window.page.keyboard.press('Escape');
      await name.waitFor({ state: 'detached' });
      await window.find('billet-room .menu > button').click();
      await composingKey(window, 'Escape');
      await method.escape();
      assert.equal(await window.find('billet-room .menu li').count(), 1);
      await window.page.keyboard.press('Escape');
      await window.find('billet-room .menu li').waitFor({ state: 'detached' });
    },
  },
  {
    name: 'on a phone the key of the keyboard says that it makes a new line, and makes one; the button sends',
    async run(visit) {
      const { stack, anna, room, window } = await writing(visit, { size: phone, touch: true });
      assert.equal(await window.composer.getAttribute('enterkeyhint'), 'enter');
      assert.equal(await window.composer.getAttribute('title'), null);
      await window.composer.tap();
      await window.page.keyboard.type('one line');
      await window.page.keyboard.press('Enter');
      await window.page.keyboard.type('another line');
      assert.equal(await window.composer.inputValue(), 'one line\nanother line');
      await window.find('billet-composer .send').tap();
      await window.tick('another line', 'sent');
      assert.deepEqual(await contents(stack, anna, room), ['hi', 'one line\nanother line']);
    },
  },
  {
    name: 'where there is a keyboard the hint and the key say "send"',
    async run(visit) {
      const { window } = await writing(visit);
      assert.equal(await window.composer.getAttribute('enterkeyhint'), 'send');
      assert.match(await window.composer.getAttribute('title'), /Enter sends/);
      await window.write('sent by Enter');
      await window.tick('sent by Enter', 'sent');
    },
  },
  {
    name: 'half an emoji stalls nobody’s sending: it is written as U+FFFD, in drafts, messages, names and searches',
    async run(visit) {
      const { stack, anna, ben, room, window } = await writing(visit);
      await window.page.evaluate(() => {
        window.socketBefore = document.querySelector('billet-chat').app.connection.socket.ws;
      });
      const half = 'cut \ud83d here';
      await window.composer.evaluate((area, text) => {
        area.value = text;
        area.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
        area.blur();
      }, half);
      await window.eventually(
        () =>
          window.page.evaluate(
            () => Object.values(document.querySelector('billet-chat').state.drafts)[0] === 'cut \ufffd here',
          ),
        'the draft is well-formed',
      );
      await window.composer.press('Enter');
      await window.write('and the next one');
      await window.tick('and the next one', 'sent');
      assert.deepEqual(await contents(stack, anna, room), ['hi', 'cut \ufffd here', 'and the next one']);

      // A text that is in the store already, from a time when it was not looked at.
      await window.page.evaluate(async (roomId) => {
        const { app } = document.querySelector('billet-chat');
        await app.outgoing.keep({
          id: 'kept-from-before',
          owner: app.session.owner,
          roomId,
          content: 'old half \udc4d',
          createdAt: new Date().toISOString(),
          code: null,
        });
      }, room.id);
      await window.write('the last one');
      await window.tick('the last one', 'sent');
      assert.deepEqual((await contents(stack, anna, room)).slice(-2), ['old half \ufffd', 'the last one']);
      assert.equal(
        await window.page.evaluate(
          () => window.socketBefore === document.querySelector('billet-chat').app.connection.socket.ws,
        ),
        true,
        'the socket is the same',
      );

      await window.find('billet-rooms header .icon-button').first().click();
      await window.find('billet-settings #name').evaluate((field) => (field.value = 'Anna \ud83d'));
      await window.find('billet-settings .rename .button').click();
      await window.find('billet-settings p[role=status]', { hasText: 'Saved' }).waitFor();
      assert.equal((await stack.call('GET', '/users/me', { token: anna.token })).display_name, 'Anna \ufffd');
      await window.page.keyboard.press('Escape');

      await window.page.keyboard.press('Control+k');
      await window.find('billet-switcher input').evaluate((field) => {
        field.value = 'half \ud83d';
        field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
      });
      await window.find('billet-switcher .note', { hasText: 'Nobody found' }).waitFor();
      const nobody = await window.page.evaluate(() =>
        document
          .querySelector('billet-chat')
          .app.rooms.withPeer('half\ud83d')
          .then(
            () => '',
            ({ code }) => code,
          ),
      );
      assert.equal(nobody, 'not_found');
      assert.ok(ben.id);
    },
  },
];
