// tests/web/cases/chatting.mjs — Two people, two browsers.

import assert from 'node:assert/strict';

async function pair(visit, { options = {}, history = [] } = {}) {
  const { stack } = visit;
  const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
  const room = await stack.room(anna, ben);
  for (const [who, text] of history) await stack.say(who === 'anna' ? anna : ben, room, text);
  const a = await visit.window({ ...options, as: anna });
  const b = await visit.window({ ...options, as: ben });
  return { anna, ben, room, a, b, stack };
}

export default [
  {
    name: 'they find each other by username and talk both ways, live',
    async run(visit) {
      const [anna, ben] = [await visit.stack.person('Anna'), await visit.stack.person('Ben')];
      const [a, b] = [await visit.window({ as: anna }), await visit.window({ as: ben })];
      await a.startWith(ben);
      await a.find('billet-timeline .beginning.empty').waitFor();
      await a.write('Hello Ben');
      await b.roomOf(anna).waitFor();
      await b.open(anna);
      await b.seesText('Hello Ben');
      await b.write('Hello Anna');
      await a.seesText('Hello Anna');
      assert.deepEqual(await a.texts(), ['Hello Ben', 'Hello Anna']);
      assert.deepEqual(await b.texts(), ['Hello Ben', 'Hello Anna']);
    },
  },
  {
    name: 'ticks go from sending to sent to read; badges and title count what is unread',
    async run(visit) {
      const { anna, ben, a, b } = await pair(visit);
      await a.open(ben);
      await a.write('one');
      await a.tick('one', 'sent');
      await a.write('two');
      await b.eventually(async () => (await b.roomOf(anna).locator('.badge').innerText()).startsWith('2'), 'badge 2');
      await b.eventually(async () => (await b.page.title()) === '(2) Billet', 'title');
      await b.open(anna);
      await a.tick('one', 'read');
      await a.tick('two', 'read');
      await b.roomOf(anna).locator('.badge').waitFor({ state: 'detached' });
      assert.equal(await b.page.title(), 'Billet');
    },
  },
  {
    name: 'nothing is read while nobody looks; the divider marks where it begins',
    async run(visit) {
      const { anna, ben, a, b } = await pair(visit, { history: [['anna', 'before']] });
      await b.open(anna);
      await a.open(ben);
      await a.tick('before', 'read');
      await b.lookAway();
      await a.write('while away');
      await b.seesText('while away');
      await b.find('billet-timeline .divider').waitFor();
      await b.page.waitForTimeout(900);
      assert.equal(await a.bubble('while away').locator('.tick.read').count(), 0);
      await b.lookBack();
      await a.tick('while away', 'read');
    },
  },
  {
    name: 'typing shows while somebody types and goes with the message',
    async run(visit) {
      const { anna, ben, a, b } = await pair(visit);
      await Promise.all([a.open(ben), b.open(anna)]);
      await a.online();
      await b.online();
      await a.composer.pressSequentially('Hello', { delay: 20 });
      await b.find('billet-room header .state.typing').waitFor();
      await b.find('billet-timeline .typing').waitFor();
      await a.composer.press('Enter');
      await b.seesText('Hello');
      await b.find('billet-timeline .typing').waitFor({ state: 'detached' });
      assert.equal(await b.find('billet-room header .state.typing').count(), 0);
    },
  },
  {
    name: 'blocking closes the composer, sends are refused visibly, unblocking opens all again',
    async run(visit) {
      const { anna, ben, a, b } = await pair(visit, { history: [['ben', 'hi']] });
      await Promise.all([a.open(ben), b.open(anna)]);
      await b.find('billet-room .menu > button').click();
      await b.find('billet-room .menu li button').click();
      await b.find('billet-confirm .button.danger').click();
      await b.find('billet-composer .notice').waitFor();
      assert.equal(await b.composer.count(), 0);

      await a.write('can you hear me?');
      await a.bubble('can you hear me?').locator('.failure').waitFor();
      await a.find('billet-composer .line').waitFor();
      assert.match(await a.bubble('can you hear me?').locator('.failure').innerText(), /cannot message/);

      await b.find('billet-composer .notice .button').click();
      await b.composer.waitFor();
      await a.bubble('can you hear me?').locator('.failure .link').first().click();
      await b.seesText('can you hear me?');
      await a.tick('can you hear me?', 'read');
      assert.equal(await a.find('billet-composer .line').count(), 0);
      assert.equal((await visit.stack.messages(anna, await visit.stack.room(anna, ben))).length, 2);
    },
  },
  {
    name: 'a refused message can be discarded',
    async run(visit) {
      const { anna, ben, a } = await pair(visit);
      await visit.stack.call('PUT', `/chat/blocks/${anna.id}`, { token: ben.token });
      await a.open(ben);
      await a.write('never mind');
      await a.bubble('never mind').locator('.failure .link').last().click();
      await a.bubble('never mind').waitFor({ state: 'detached' });
      await a.page.reload();
      await a.composer.waitFor();
      await a.online();
      assert.equal(await a.bubble('never mind').count(), 0);
    },
  },
  {
    name: 'a second tab stays in step: messages, ticks, unread and unsent',
    async run(visit) {
      const { stack } = visit;
      const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
      const room = await stack.room(anna, ben);
      const context = await visit.context();
      const one = await visit.windowIn(context, { as: anna });
      const two = await visit.windowIn(context, { at: `#/rooms/${room.id}` });
      await two.composer.waitFor();
      await one.open(ben);
      await one.write('from the first tab');
      await two.tick('from the first tab', 'sent');
      await two.write('from the second tab');
      await one.tick('from the second tab', 'sent');
      assert.deepEqual(await one.texts(), ['from the first tab', 'from the second tab']);
      assert.deepEqual(await two.texts(), await one.texts());
      await stack.read(ben, room);
      await one.tick('from the second tab', 'read');
      await two.tick('from the second tab', 'read');
      await stack.say(ben, room, 'seen once, seen in both');
      await Promise.all(
        [one, two].map((tab) =>
          tab.eventually(
            () => tab.state((state) => state.totalUnread === 0 && Object.values(state.rooms)[0].last_seq === 3),
            'read in both',
          ),
        ),
      );
    },
  },
  {
    name: 'drafts stay with their rooms, also after a reload',
    async run(visit) {
      const { anna, ben, a, stack } = await pair(visit);
      const cleo = await stack.person('Cleo');
      await stack.room(anna, cleo);
      await a.open(ben);
      await a.composer.fill('for Ben, unfinished');
      await a.open(cleo);
      assert.equal(await a.composer.inputValue(), '');
      await a.find('billet-rooms .draft').waitFor();
      await a.page.reload();
      await a.open(ben);
      assert.equal(await a.composer.inputValue(), 'for Ben, unfinished');
    },
  },
  {
    name: 'keys: Ctrl+K, Alt+Up/Down, Shift+Enter, Enter, Esc',
    async run(visit) {
      const { anna, room, a, stack } = await pair(visit, { history: [['ben', 'hi']] });
      const cleo = await stack.person('Cleo');
      await stack.say(cleo, await stack.room(anna, cleo), 'hey');
      await a.roomOf(cleo).waitFor();
      await a.page.keyboard.press('Alt+ArrowDown');
      await a.find('billet-room h2', { hasText: 'Cleo' }).waitFor();
      await a.page.keyboard.press('Alt+ArrowDown');
      await a.find('billet-room h2', { hasText: 'Ben' }).waitFor();
      await a.page.keyboard.press('Alt+ArrowUp');
      await a.find('billet-room h2', { hasText: 'Cleo' }).waitFor();
      await a.page.keyboard.press('Control+k');
      await a.find('billet-switcher input').waitFor();
      await a.page.keyboard.press('Escape');
      await a.find('billet-switcher').waitFor({ state: 'detached' });
      assert.equal(await a.find('billet-room h2').innerText(), 'Cleo');
      await a.page.keyboard.press('Control+k');
      await a.page.keyboard.type('ben');
      await a.page.keyboard.press('Enter');
      await a.find('billet-room h2', { hasText: 'Ben' }).waitFor();
      await a.composer.click();
      await a.page.keyboard.type('first line');
      await a.page.keyboard.press('Shift+Enter');
      await a.page.keyboard.type('second line');
      await a.page.keyboard.press('Enter');
      await a.tick('second line', 'sent');
      assert.equal((await stack.messages(anna, room)).at(-1).content, 'first line\nsecond line');
      await a.page.keyboard.press('Escape');
      await a.find('billet-room').waitFor({ state: 'detached' });
    },
  },
  {
    name: 'on a phone there is one pane, and the way back',
    async run(visit) {
      const { ben, a } = await pair(visit, {
        options: { size: { width: 390, height: 844 } },
        history: [['ben', 'hi']],
      });
      await a.open(ben);
      assert.equal(await a.find('billet-rooms').isVisible(), false);
      await a.page.goBack();
      await a.roomOf(ben).waitFor();
      await a.open(ben);
      await a.find('billet-room .back').click();
      await a.roomOf(ben).waitFor();
      assert.equal(await a.find('billet-room').count(), 0);
    },
  },
];
