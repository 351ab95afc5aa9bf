// tests/web/cases/outages.mjs — Networks that go, processes that die, logs that end.

import assert from 'node:assert/strict';

async function talking(visit) {
  const { stack } = visit;
  const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
  const room = await stack.room(anna, ben);
  const a = await visit.window({ as: anna });
  const b = await visit.window({ as: ben });
  await Promise.all([a.open(ben), b.open(anna)]);
  await Promise.all([a.online(), b.online()]);
  return { stack, anna, ben, room, a, b };
}

const contents = async (stack, who, room) => (await stack.messages(who, room)).map(({ content }) => content);

export default [
  {
    name: 'offline: messages wait and say so, and go out once and in order when the network is back',
    async run(visit) {
      const { stack, anna, ben, room, a, b } = await talking(visit);
      await a.page.context().setOffline(true);
      await a.find('billet-banner .banner').waitFor();
      const written = ['first', 'second', 'third', 'fourth'];
      for (const text of written) await a.write(text);
      await a.bubble('fourth').locator('.tick.waiting, .tick.sending').waitFor();
      await a.roomOf(ben).locator('.bottom', { hasText: 'fourth' }).locator('.tick.waiting, .tick.sending').waitFor();
      await stack.say(await again(stack, b), room, 'meanwhile');
      await a.page.waitForTimeout(500);
      await a.page.context().setOffline(false);
      await a.tick('fourth', 'read');
      await a.seesText('meanwhile');
      await a.find('billet-banner .banner').waitFor({ state: 'detached' });
      assert.deepEqual(await contents(stack, anna, room), ['meanwhile', ...written]);
      assert.deepEqual(await a.texts(), ['meanwhile', ...written]);
      await b.seesText('fourth');
      assert.deepEqual(await b.texts(), ['meanwhile', ...written]);
    },
  },
  {
    name: 'unsent messages survive closing the window',
    async run(visit) {
      const { stack, anna, room, a, b } = await talking(visit);
      const context = a.page.context();
      await context.setOffline(true);
      for (const text of ['kept one', 'kept two']) await a.write(text);
      await a.eventually(
        () => a.state((state) => state.outbox.length === 2 && state.outbox.every((item) => item.saved)),
        'saved',
      );
      await a.page.close();
      await context.setOffline(false);
      const later = await visit.windowIn(context, { at: `#/rooms/${room.id}` });
      await later.tick('kept two', 'read');
      await b.seesText('kept two');
      assert.deepEqual(await contents(stack, anna, room), ['kept one', 'kept two']);
      assert.equal(
        await later.page.evaluate(() =>
          document
            .querySelector('billet-chat')
            .app.texts.box.list(document.querySelector('billet-chat').app.session.owner)
            .then((items) => items.length),
        ),
        0,
      );
    },
  },
  {
    name: 'a message for which even memory has no room says so; it is not lost, and goes out when it can be kept',
    async run(visit) {
      const { stack, anna, room, a } = await talking(visit);
      await a.page.evaluate(() => {
        const { box } = document.querySelector('billet-chat').app.texts;
        const { add } = box;
        box.add = () => Promise.reject(new Error('too many unsent messages'));
        window.makeRoom = () => (box.add = add);
      });
      await a.write('no room for this');
      await a.bubble('no room for this').locator('.failure', { hasText: 'Too many' }).waitFor();
      await a.page.evaluate(() => window.makeRoom());
      await a.bubble('no room for this').locator('.failure .link').first().click();
      await a.tick('no room for this', 'read');
      assert.deepEqual(await contents(stack, anna, room), ['no room for this']);
    },
  },
  {
    name: 'an answer that is lost does not double the message',
    async run(visit) {
      const { stack, anna, room, a } = await talking(visit);
      // The message is carried out, but the connection ends before the ack can be heard.
      await a.page.evaluate(() => {
        const { socket } = document.querySelector('billet-chat').app.connection;
        const { write } = socket;
        socket.write = (frame) => {
          write.call(socket, frame);
          if (frame.type !== 'chat_message') return;
          socket.write = write;
          socket.ws.onmessage = null;
          setTimeout(() => socket.suspect(), 300);
        };
      });
      await a.write('only once');
      await a.tick('only once', 'read');
      await a.page.waitForTimeout(500);
      assert.deepEqual(await contents(stack, anna, room), ['only once']);
      assert.deepEqual(await a.texts(), ['only once']);
    },
  },
  {
    name: 'kill -9 of wsd while typing: the text stays, what is sent arrives once, both resume',
    async run(visit) {
      const { stack, anna, ben, room, a, b } = await talking(visit);
      await a.composer.pressSequentially('Half a sent', { delay: 5 });
      const killed = ['wsd-1', 'wsd-2'].map((name) => stack.kill(name));
      assert.ok(killed.some(Boolean), 'there was a wsd to kill');
      await a.composer.pressSequentially('ence', { delay: 5 });
      assert.equal(await a.composer.inputValue(), 'Half a sentence');
      await a.composer.press('Enter');
      await b.write('and I meanwhile');
      for (const window of [a, b]) {
        await window.seesText('Half a sentence');
        await window.seesText('and I meanwhile');
        await window.online();
      }
      await a.write('we are back');
      await a.tick('we are back', 'read');
      await b.seesText('we are back');
      const said = await contents(stack, anna, room);
      assert.equal(said.length, 3);
      assert.equal(new Set(said).size, 3);
      await a.eventually(async () => JSON.stringify(await a.texts()) === JSON.stringify(said), 'same order for Anna');
      await b.eventually(async () => JSON.stringify(await b.texts()) === JSON.stringify(said), 'same order for Ben');
      assert.ok(ben.id);
    },
  },
  {
    name: 'the banner counts down and offers to try now',
    async run(visit) {
      const { a } = await talking(visit);
      await a.page.evaluate(() => {
        const { socket } = document.querySelector('billet-chat').app.connection;
        socket.random = () => 0.999;
        socket.attempt = 5;
        socket.suspect();
      });
      await a.find('billet-banner .banner').waitFor();
      assert.match(await a.find('billet-banner .count').innerText(), /second/);
      await a.find('billet-banner .link').click();
      await a.online();
      await a.find('billet-banner .banner').waitFor({ state: 'detached' });
    },
  },
  {
    name: 'a hole in the log is filled by sync, a log that ended by loading anew',
    async run(visit) {
      const { stack, ben, room, a } = await talking(visit);
      await a.page.evaluate(() => {
        const { socket } = document.querySelector('billet-chat').app.connection;
        const { frame } = socket.handlers;
        let lost = 2;
        socket.handlers.frame = (one) => (one.type === 'chat_message' && lost-- > 0 ? undefined : frame(one));
      });
      for (const text of ['lost one', 'lost two', 'heard']) await stack.say(ben, room, text);
      await a.seesText('lost one');
      await a.seesText('heard');
      assert.deepEqual(await a.texts(), ['lost one', 'lost two', 'heard']);

      // A client that was away for too long: its epoch is none of the server's.
      await a.page.evaluate(() => {
        const { app } = document.querySelector('billet-chat');
        app.dispatch({ type: 'restarted', cursor: 1, epoch: 'of-another-time' });
        app.connection.suspect();
      });
      await a.eventually(
        () => a.state((state) => state.epoch !== 'of-another-time' && state.phase === 'ready'),
        'a new epoch',
      );
      await a.online();
      await stack.say(ben, room, 'after the restart');
      await a.seesText('after the restart');
      assert.deepEqual(await a.texts(), ['lost one', 'lost two', 'heard', 'after the restart']);
    },
  },
  {
    name: 'a live connection gets a new token before the old one ends, and goes on',
    async run(visit) {
      const { stack, ben, room, a } = await talking(visit);
      const before = await a.page.evaluate(() => {
        const { socket } = document.querySelector('billet-chat').app.connection;
        window.opened = socket.ws;
        const { token } = socket;
        socket.refresh();
        return token;
      });
      await a.eventually(
        () =>
          a.page.evaluate((old) => document.querySelector('billet-chat').app.connection.socket.token !== old, before),
        'another token',
      );
      assert.equal(
        await a.page.evaluate(
          () =>
            document.querySelector('billet-chat').app.connection.socket.ws === window.opened &&
            Boolean(document.querySelector('billet-chat').app.connection.socket.timers.refresh),
        ),
        true,
      );
      await stack.say(ben, room, 'still here');
      await a.seesText('still here');
    },
  },
  {
    name: 'a session that is revoked elsewhere ends here, and says so',
    async run(visit) {
      const { a } = await talking(visit);
      const token = await a.page.evaluate(() => JSON.parse(localStorage.getItem('billet:session:')).access);
      await visit.stack.call('POST', '/auth/logout', { token });
      await a.find('#username').waitFor();
      assert.match(await a.find('billet-auth .info').innerText(), /session has ended/);
    },
  },
];

// A token of its own for somebody who is signed in in a window.
async function again(stack, window) {
  return {
    token: await window.page.evaluate(() => JSON.parse(localStorage.getItem('billet:session:')).access),
    stack,
  };
}
