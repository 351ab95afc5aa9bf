// tests/web/cases/environment.mjs — Browsers that tell nonsense of themselves, or lack what others
// have.

import assert from 'node:assert/strict';

// What each of these browsers is like: run in the page before anything else.
const browsers = {
  'language tags that Intl throws at': () =>
    Object.defineProperty(navigator, 'languages', { get: () => ['en-US@posix', 'en'] }),
  'a language that is no tag at all': () => Object.defineProperty(navigator, 'languages', { get: () => ['C'] }),
  'no languages': () => {
    for (const name of ['languages', 'language']) Object.defineProperty(navigator, name, { get: () => undefined });
  },
  'a language that is the name of something else': () =>
    Object.defineProperty(navigator, 'languages', { get: () => ['constructor', '__proto__'] }),
  'a preferred language that is none': () => {
    if (location.origin !== 'null')
      localStorage.setItem('billet:prefs', '{"lang":"constructor","theme":"constructor"}');
  },
  'a time zone without a name': () => {
    const { DateTimeFormat } = Intl;
    Intl.DateTimeFormat = function (tag, options) {
      if (!options?.timeZone) throw new RangeError('Invalid time zone specified: undefined');
      return new DateTimeFormat(tag, options);
    };
  },
  'no matchMedia, no CSS object': () => {
    for (const name of ['matchMedia', 'CSS']) Object.defineProperty(window, name, { value: undefined });
  },
  'no notifications, no sound, no badge': () => {
    for (const name of ['Notification', 'AudioContext']) Object.defineProperty(window, name, { value: undefined });
    Object.defineProperty(navigator, 'setAppBadge', { value: () => undefined });
    if (location.origin !== 'null') localStorage.setItem('billet:prefs', '{"notify":true,"sound":true}');
  },
  'notifications that throw when they are asked for': () => {
    window.Notification = class {
      static permission = 'default';
      static requestPermission() {
        throw new TypeError('not in this frame');
      }
    };
  },
  'no ResizeObserver, no Segmenter, no BroadcastChannel': () => {
    for (const name of ['ResizeObserver', 'BroadcastChannel'])
      Object.defineProperty(window, name, { value: undefined });
    Object.defineProperty(Intl, 'Segmenter', { value: undefined });
  },
  'no randomUUID, clipboard, locks and platform, as by plain http': () => {
    Object.defineProperty(crypto, 'randomUUID', { value: undefined });
    for (const name of ['clipboard', 'locks', 'platform', 'userAgentData'])
      Object.defineProperty(navigator, name, { get: () => undefined });
    delete window.structuredClone;
  },
};

export default Object.entries(browsers).map(([name, be]) => ({
  name: `a browser with ${name}: people sign in, hear, write and look around`,
  async run(visit) {
    const { stack } = visit;
    const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
    const room = await stack.room(anna, ben);
    await stack.say(ben, room, 'hello');
    const context = await visit.context();
    await context.addInitScript(be);
    const window = await visit.windowIn(context, { as: anna });
    const offer = window.find('billet-rooms .offer .link').first();
    if (await offer.isVisible()) await offer.click();
    await window.open(ben);
    await window.seesText('hello');
    await window.write('hello to you');
    await window.tick('hello to you', 'sent');
    await window.online();
    await window.lookAway();
    await stack.say(ben, room, 'while you look elsewhere');
    await window.seesText('while you look elsewhere');
    await window.lookBack();
    assert.match(await window.bubble('hello to you').locator('time').innerText(), /\d/);
    await window.find('billet-rooms header .icon-button').first().click();
    await window.find('billet-settings h2', { hasText: 'Settings' }).waitFor();
    await window.page.keyboard.press('Escape');
    await window.page.keyboard.press('Control+k');
    await window.find('billet-switcher .option').first().waitFor();
  },
}));
