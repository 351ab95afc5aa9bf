// tests/web/screens.mjs BASE_URL OUTDIR — Pictures of every screen in both widths and themes.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { desktop, openBrowser, phone, Visit } from './support/visit.mjs';
import { Stack } from './support/stack.mjs';

const [base, out] = process.argv.slice(2);
const stack = new Stack(base.replace(/\/$/, ''), '');
mkdirSync(out, { recursive: true });

const talk = [
  ['ben', 'Yes, this morning. Two boxes, heavier than they look.'], ['ben', 'I left them in the hallway for now'],
  ['anna', 'Perfect. I can come by on Thursday after work and we put them up together'],
  ['ben', 'Thursday works. The manual is here if you want to look: https://example.com/shelves/manual?model=42 (it is short).'],
  ['anna', 'Reading it now.\n\n- six brackets\n- a level\n- the long drill bit, which I own'], ['ben', '👍'],
  ['anna', 'Shall we eat something afterwards? There is that new place at the corner'], ['ben', 'Gladly. They close at ten, so let us start at six'],
  ['ben', 'And bring the good screwdriver 🪛'], ['anna', 'Will do. See you on Thursday!'],
];
const others = [['Cleo Marchetti', 'Platform 4, by the kiosk'], ['Дмитрий Соколов', 'Спасибо, всё дошло!'], ['Elif Yılmaz', 'Yarın görüşürüz 🙂'], ['فريد الحداد', 'شكرا جزيلا، أراك غدا'], ['Grace Nakamura', 'I pushed the fix, have a look when you have a moment. It touches more files than I would like.']];

const anna = await stack.person('Anna Lindqvist');
const ben = await stack.person('Ben Okafor');
for (const [name, text] of others) {
  const peer = await stack.person(name);
  const room = await stack.room(anna, peer);
  await stack.say(peer, room, text);
  if (name !== others[0][0]) await stack.read(anna, room);
}
const room = await stack.room(anna, ben);
for (const [who, text] of talk) await stack.say(who === 'anna' ? anna : ben, room, text);
await stack.read(ben, room);
await stack.read(anna, room);

const browser = await openBrowser();
for (const [width, size] of [['desktop', desktop], ['phone', phone]]) {
  for (const scheme of ['light', 'dark']) {
    const visit = new Visit(browser, stack);
    const window = await visit.window({ size, scheme });
    const shoot = async (name) => {
      await window.page.waitForTimeout(350);
      await window.page.screenshot({ path: join(out, `${name}-${width}-${scheme}.png`) });
    };
    await shoot('1-sign-in');
    await window.find('billet-auth .other .link').click();
    await shoot('2-register');
    await window.find('billet-auth .other .link').click();
    await window.signIn(anna);
    await shoot('3-list');
    await window.open(ben);
    await window.seesText('See you on Thursday');
    await stack.call('POST', `/chat/rooms/${room.id}/typing`, { token: ben.token });
    await shoot('4-room');
    await window.page.keyboard.press('Control+k');
    await shoot('5-switcher');
    await window.page.keyboard.press('Escape');
    await window.find('billet-room .menu > button').click();
    await window.find('billet-room .menu li button').click();
    await shoot('6-confirm');
    await window.find('billet-confirm .button.danger').click();
    await shoot('7-blocked');
    await stack.call('DELETE', `/chat/blocks/${ben.id}`, { token: anna.token });
    await window.composer.waitFor();
    await stack.call('PUT', `/chat/blocks/${anna.id}`, { token: ben.token });
    await window.write('This one is refused');
    await window.bubble('refused').locator('.failure').waitFor();
    await window.page.evaluate(() => {
      const { socket } = document.querySelector('billet-chat').app;
      Object.assign(socket, { attempt: 9, random: () => 0.9 });
      socket.suspect();
    });
    await window.find('billet-banner .banner').waitFor();
    await shoot('8-trouble');
    await window.bubble('refused').locator('.failure .link').last().click();
    await stack.call('DELETE', `/chat/blocks/${anna.id}`, { token: ben.token });
    await window.find('billet-banner .link').click();
    await window.page.keyboard.press('Escape');
    await window.find('billet-rooms header .icon-button').first().click();
    await shoot('9-settings');
    await visit.close();
  }
}
await browser.close();
