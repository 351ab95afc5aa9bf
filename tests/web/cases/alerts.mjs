// tests/web/cases/alerts.mjs — Telling somebody who looks elsewhere, and only who wants it.

import assert from 'node:assert/strict';

// A browser that notes what it is asked to show and to play.
async function noting(visit) {
  const context = await visit.context();
  await context.addInitScript(() => {
    window.told = { asked: 0, notes: [], rings: 0 };
    window.Notification = class {
      static permission = 'default';
      static requestPermission() {
        window.told.asked++;
        return Promise.resolve((this.permission = 'granted'));
      }
      constructor(title, { body }) {
        window.told.notes.push([title, body]);
        window.lastNote = this;
      }
      close() {}
    };
    const tone = {
      connect: (next) => next,
      frequency: {},
      gain: { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} },
      stop() {},
      start: () => window.told.rings++,
    };
    window.AudioContext = class {
      currentTime = 0;
      createOscillator = () => tone;
      createGain = () => tone;
    };
  });
  return context;
}

const told = (window) => window.page.evaluate(() => window.told);
const settings = (window) => window.find('billet-rooms header .icon-button').first().click();

export default [
  {
    name: 'notifications are asked for by a click only, come while somebody looks elsewhere, and lead to the room',
    async run(visit) {
      const { stack } = visit;
      const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
      const room = await stack.room(anna, ben);
      await stack.say(ben, room, 'hi');
      const window = await visit.windowIn(await noting(visit), { as: anna });
      await window.online();
      await window.find('billet-rooms .offer').waitFor();
      await window.lookAway();
      await stack.say(ben, room, 'nobody asked yet');
      await window.find('billet-rooms .preview', { hasText: 'nobody asked yet' }).waitFor();
      assert.deepEqual(await told(window), { asked: 0, notes: [], rings: 0 });

      await window.find('billet-rooms .offer .link').first().click();
      await window.find('billet-rooms .offer').waitFor({ state: 'detached' });
      await stack.say(ben, room, 'look here');
      await window.eventually(async () => (await told(window)).notes.length === 1, 'a note');
      assert.deepEqual(await told(window), { asked: 1, notes: [['Ben', 'look here']], rings: 0 });
      await window.page.evaluate(() => window.lastNote.onclick());
      await window.seesText('look here');
      await window.lookBack();
      await stack.say(ben, room, 'seen anyway');
      await window.seesText('seen anyway');
      assert.equal((await told(window)).notes.length, 1);
    },
  },
  {
    name: 'whoever declines is not asked again; sound is off until it is turned on',
    async run(visit) {
      const { stack } = visit;
      const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
      const room = await stack.room(anna, ben);
      await stack.say(ben, room, 'hi');
      const window = await visit.windowIn(await noting(visit), { as: anna });
      await window.find('billet-rooms .offer .link').last().click();
      await window.find('billet-rooms .offer').waitFor({ state: 'detached' });
      await window.page.reload();
      await window.roomOf(ben).waitFor();
      await window.online();
      assert.equal(await window.find('billet-rooms .offer').count(), 0);
      await settings(window);
      assert.equal(await window.find('billet-settings #sound').isChecked(), false);
      await window.find('billet-settings #sound').check();
      await window.page.keyboard.press('Escape');
      await window.lookAway();
      await stack.say(ben, room, 'ding');
      await window.eventually(async () => (await told(window)).rings > 0, 'a sound');
      assert.deepEqual((await told(window)).notes, []);
    },
  },
];
