// tests/web/cases/embed.mjs — <billet-chat> on the page of a host, with tokens that the host hands
// out.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHost } from '../../../nginx/www/demo/host.mjs';
import { Window } from '../support/window.mjs';

// The demo shop in front of the stack. Its tokens are those of ordinary accounts here: what a
// host's own tokens must be like is tested where they are verified.
async function shop(visit, tokens) {
  const asked = { count: 0 };
  const server = createHost({
    billet: visit.stack.base,
    tokenOf: async (user) => (asked.count++, { token: tokens[user], expires_in: 600 }),
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { asked, server, base: `http://127.0.0.1:${server.address().port}` };
}

async function visitor(visit, base, user, peer) {
  const context = await visit.context({ base });
  const page = await context.newPage();
  if (peer)
    await page.route('**/host.js', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: (await answer.text()).replace('@shop.tom', peer) });
    });
  await page.goto(base);
  await page.locator(`button[data-user=${user}]`).click();
  return new Window(page, visit.stack);
}

// A page on an origin of its own, which lets through what the page's policy would ask of Billet's
// operator.
async function foreignPage(visit, html, work) {
  const server = http.createServer((_, response) =>
    response
      .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
      .end(`<!doctype html><title>Host</title>${html}`),
  );
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const context = await visit.context({ foreign: true });
    const page = await context.newPage();
    const said = [];
    page.on('console', (message) => message.type() === 'error' && said.push(message.text()));
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await work({ window: new Window(page, visit.stack), said, asked });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const isDefined = (page) => page.evaluate(() => Boolean(customElements.get('billet-chat')));

export default [
  {
    name: 'on a foreign page without token-url nobody is asked for a password: the developer is told what is missing',
    async run(visit) {
      const { base } = visit.stack;
      const script = `<script src="${base}/embed.js" defer></script>`;
      const cases = [
        [`${script}<billet-chat></billet-chat>`, /token-url/],
        [`<script src="${base}/embed.js"></script><billet-chat server="${base}"></billet-chat>`, /token-url/],
        [`${script}<billet-chat server="http://"></billet-chat>`, /attribute server/],
      ];
      for (const [html, told] of cases) {
        await foreignPage(visit, html, async ({ window, said, asked }) => {
          await window.find('billet-chat .note h1', { hasText: 'not set up' }).waitFor();
          assert.match(await window.find('billet-chat .note p').innerText(), told);
          assert.equal(await window.find('billet-chat input').count(), 0, html);
          assert.ok(
            said.some((text) => told.test(text)),
            said.join(),
          );
          assert.deepEqual(
            asked.filter((url) => /\/(auth|users|chat|ws)\b/.test(url)),
            [],
          );
        });
      }
    },
  },
  {
    name: 'a token-url that a framework sets late is taken as if it had stood there from the beginning',
    async run(visit) {
      await foreignPage(
        visit,
        `<script src="${visit.stack.base}/embed.js" defer></script><billet-chat></billet-chat>`,
        async ({ window, asked }) => {
          await window.find('billet-chat .note h1', { hasText: 'not set up' }).waitFor();
          await window.page.evaluate(() =>
            document.querySelector('billet-chat').setAttribute('token-url', '/billet-token'),
          );
          await window.find('billet-chat .note', { hasText: 'not set up' }).waitFor({ state: 'detached' });
          await window.eventually(
            () => asked.some((url) => url.endsWith('/billet-token')),
            'the host is asked for a token',
          );
        },
      );
    },
  },
  {
    name: 'the printed integrity is that of the script, which a foreign page may load and check',
    async run(visit) {
      const { base } = visit.stack;
      const [name, integrity] = (await (await fetch(`${base}/embed.integrity.txt`)).text()).trim().split(' ');
      assert.match(name, /^embed-\d+\.\d+\.\d+\.js$/);
      const tag = (file, digest) =>
        `<script src="${base}/${file}" integrity="${digest}" crossorigin="anonymous"></script>`;
      for (const file of [name, 'embed.js'])
        await foreignPage(visit, tag(file, integrity), async ({ window }) =>
          assert.equal(await isDefined(window.page), true, file),
        );
      const wrong = integrity.replace(/-./, (start) => (start === '-A' ? '-B' : '-A'));
      await foreignPage(visit, tag(name, wrong), async ({ window }) =>
        assert.equal(await isDefined(window.page), false, 'another digest is refused'),
      );
    },
  },
  {
    name: 'an installation prints the integrity and has no demo page',
    async run(visit) {
      const dir = mkdtempSync(join(tmpdir(), 'billet-install.'));
      try {
        const root = join(import.meta.dirname, '../../..');
        const said = execFileSync(join(root, 'tools/install.sh'), {
          encoding: 'utf8',
          env: { ...process.env, DESTDIR: dir, WEB_DIR: join(root, 'build/www') },
        });
        const printed = (await (await fetch(`${visit.stack.base}/embed.integrity.txt`)).text()).trim();
        assert.ok(said.includes(printed), said);
        const www = join(dir, 'usr/local/share/billet/www');
        assert.ok(existsSync(join(www, printed.split(' ')[0])));
        assert.equal(existsSync(join(www, 'demo')), false);
      } finally {
        rmSync(dir, { recursive: true, force: true });
      }
    },
  },
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
        await stranger.page.evaluate(() =>
          document
            .querySelector('#chat')
            .replaceChildren(Object.assign(document.createElement('billet-chat'), { tokenUrl: '/billet-token' })),
        );
        await stranger.find('.note', { hasText: 'not signed in' }).waitFor();
      } finally {
        server.closeAllConnections();
        server.close();
      }
    },
  },
];
