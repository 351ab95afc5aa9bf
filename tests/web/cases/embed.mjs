// tests/web/cases/embed.mjs — <billet-chat> on the page of a host, with tokens that the host hands out.

import assert from 'node:assert/strict';
import { createHost } from '../../../nginx/www/demo/host.mjs';
import { Window } from '../support/window.mjs';

// The demo shop in front of the stack. Its tokens are those of ordinary accounts here: what a host's own tokens must be like is
// tested where they are verified.
async function shop(visit, tokens) {
  const asked = { count: 0 };
  const server = createHost({ billet: visit.stack.base, tokenOf: async (user) => (asked.count++, { token: tokens[user], expires_in: 600 }) });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { asked, server, base: `http://127.0.0.1:${server.address().port}` };
}

async function visitor(visit, base, user, peer) {
  const context = await visit.context({ base });
  const page = await context.newPage();
  if (peer) await page.route('**/host.js', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.text()).replace('@shop.tom', peer) });
  });
  await page.goto(base);
  await page.locator(`button[data-user=${user}]`).click();
  return new Window(page, visit.stack);
}

export default [
  {
    name: 'a host page with one script tag: a customer talks to support, under the same strict policy',
    async run(visit) {
      const [mia, tom] = [await visit.stack.person('Mia'), await visit.stack.person('Tom')];
      const { server, base, asked } = await shop(visit, { mia: mia.token, tom: tom.token });
      try {
        const customer = await visitor(visit, base, 'mia', `@${tom.username}`);
        await customer.composer.waitFor();
        assert.equal(await customer.find('billet-rooms').count(), 0);
        await customer.write('Is the shelf oiled?');
        const support = await visitor(visit, base, 'tom');
        await support.open(mia);
        await support.seesText('Is the shelf oiled?');
        await support.write('Yes, twice.');
        await customer.seesText('Yes, twice.');
        await customer.tick('Is the shelf oiled?', 'read');
        assert.equal(await customer.page.title(), 'Demo shop');
        assert.ok(asked.count <= 4, `${asked.count} tokens were asked for`);
      } finally {
        server.closeAllConnections();
        server.close();
      }
    },
  },
  {
    name: 'a host page for somebody who is not logged in there, and for a peer who does not exist',
    async run(visit) {
      const mia = await visit.stack.person('Mia');
      const { server, base } = await shop(visit, { mia: mia.token });
      try {
        const stranger = await visitor(visit, base, 'mia', '@nobody.at.all');
        await stranger.find('.note', { hasText: 'not found' }).waitFor();
        await stranger.page.context().clearCookies();
        await stranger.page.evaluate(() => document.querySelector('#chat').replaceChildren(Object.assign(document.createElement('billet-chat'), { tokenUrl: '/billet-token' })));
        await stranger.find('.note', { hasText: 'not signed in' }).waitFor();
      } finally {
        server.closeAllConnections();
        server.close();
      }
    },
  },
];
