// tests/web/support/window.mjs — One window as a person sees it: what is written there, and what
// can be done.

import assert from 'node:assert/strict';
import { password } from './stack.mjs';

export class Window {
  constructor(page, stack, axe_source) {
    Object.assign(this, { page, stack, axe_source });
  }

  find = (selector, options) => this.page.locator(selector, options);
  get composer() {
    return this.find('billet-composer textarea');
  }
  bubble = (text) => this.find('billet-timeline .row', { hasText: text });
  roomOf = (who) => this.find('billet-rooms .room', { hasText: who.display_name });

  async signIn(who) {
    await this.find('#username').fill(who.username);
    await this.find('#password').fill(who.password ?? password);
    await this.page.keyboard.press('Enter');
    await this.ready();
  }

  ready = () => this.find('billet-rooms ul, billet-rooms .empty').first().waitFor({ state: 'attached' });

  // Opens a conversation from the list.
  async open(who) {
    await this.roomOf(who).click();
    await this.composer.waitFor();
  }

  // Finds somebody by username and opens the conversation.
  async startWith(who) {
    await this.page.keyboard.press('Control+k');
    await this.find('billet-switcher input').fill(who.username);
    await this.find('billet-switcher .option', { hasText: `@${who.username}` }).waitFor();
    await this.page.keyboard.press('Enter');
    await this.composer.waitFor();
  }

  async write(text) {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  // The texts of all bubbles drawn now, in order.
  texts = () =>
    this.find('billet-timeline .row .text')
      .allInnerTexts()
      .then((all) => all.map((text) => text.trim()));

  seesText = (text) => this.bubble(text).first().waitFor();
  tick = (text, status) => this.bubble(text).locator(`.tick.${status}`).waitFor();
  online = () => this.eventually(() => this.state((state) => state.link.status === 'online'), 'online');

  // Looks into the client's state.
  state = (look) => this.page.evaluate(`(${look})(document.querySelector('billet-chat').state)`);

  async eventually(ask, what = 'condition', timeout_ms = 15_000) {
    const end = Date.now() + timeout_ms;
    for (;;) {
      if (await ask()) return;
      if (Date.now() > end) assert.fail(`not within ${timeout_ms} ms: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  // As if another window were in front.
  lookAway = () =>
    this.page.evaluate(() => {
      document.hasFocus = () => false;
      window.dispatchEvent(new Event('blur'));
    });
  lookBack = () =>
    this.page.evaluate(() => {
      delete document.hasFocus;
      window.dispatchEvent(new Event('focus'));
    });

  // axe-core: nothing serious or critical. It comes by way of the debugger, so that the page's
  // policy stays as it is.
  async accessible(what) {
    const session = await this.page.context().newCDPSession(this.page);
    await session.send('Runtime.evaluate', { expression: `${this.axe_source}; undefined` });
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression: `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => JSON.stringify(violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.slice(0, 3).map((node) => node.target.flat(9).join(' ') + ' ' + (node.any[0]?.message ?? '')) }))))`,
      awaitPromise: true,
      returnByValue: true,
    });
    await session.detach();
    assert.ok(!exceptionDetails, exceptionDetails?.exception?.description);
    const bad = JSON.parse(result.value).filter(({ impact }) => impact === 'serious' || impact === 'critical');
    assert.deepEqual(bad, [], `axe on ${what}`);
  }

  // Nothing sticks out sideways.
  async fits(what) {
    const wide = await this.page.evaluate(() => {
      const over = [];
      const walk = (root) => {
        for (const element of root.querySelectorAll('*')) {
          if (element.shadowRoot) walk(element.shadowRoot);
          const { right, left, width } = element.getBoundingClientRect();
          if (
            width > 0 &&
            (right > innerWidth + 1 || left < -1) &&
            getComputedStyle(element).position !== 'absolute' &&
            getComputedStyle(element).display !== 'inline'
          )
            over.push(`${element.localName}.${element.className} ${left}–${right}`);
        }
      };
      walk(document);
      return over.slice(0, 5);
    });
    assert.deepEqual(wide, [], what);
  }
}
