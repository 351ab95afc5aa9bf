// tests/web/cases/prefix.mjs — Billet below a path of another site, through the nginx that the
// example makes of it: page, api, socket and element.

import assert from 'node:assert/strict';
import { startFront } from '../support/front.mjs';
import { Window } from '../support/window.mjs';

const hostPage = (element) =>
  `<!doctype html><meta charset="utf-8"><title>Host</title><script src="/chat/embed.js" defer></script>${element}`;

async function withFront(visit, pages, work) {
  const front = await startFront(visit.stack, pages);
  try {
    await work(front);
  } finally {
    await front.stop();
  }
}

// Every address that is asked for, sockets too.
function asked(context) {
  const addresses = [];
  context.on('request', (request) => addresses.push(request.url()));
  context.on('page', (page) => page.on('websocket', (socket) => addresses.push(socket.url())));
  return addresses;
}

export default [
  {
    name: 'below a path: the page signs in, pages through its rooms, talks live, reloads, and asks for nothing beside the path',
    async run(visit) {
      const { stack } = visit;
      const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
      for (let i = 0; i < 53; i++) await stack.room(anna, await stack.person(`Peer ${i}`));
      const room = await stack.room(anna, ben);
      await stack.say(ben, room, 'hello from the root');
      await withFront(visit, { 'index.html': 'the site itself' }, async ({ base }) => {
        const context = await visit.context({ base });
        const addresses = asked(context);
        const window = await visit.windowIn(context, { base, at: 'chat/', as: anna });
        await window.open(ben);
        await window.seesText('hello from the root');
        await window.online();
        await window.write('hello from below');
        await window.tick('hello from below', 'sent');
        await stack.say(ben, room, 'heard live');
        await window.seesText('heard live');
        // The list has more than one page: the second is where the first one's link leads.
        await window.eventually(async () => {
          await window.find('billet-rooms .scroller').evaluate((one) => (one.scrollTop = one.scrollHeight));
          return (await window.find('billet-rooms .room').count()) === 54;
        }, 'all rooms');
        await window.page.reload();
        await window.seesText('heard live');
        assert.ok(
          addresses.some((url) => /\/chat\/chat\/rooms\?before=/.test(url)),
          'the next page was asked for',
        );
        assert.ok(
          addresses.some((url) => /^ws:.*\/chat\/ws$/.test(url)),
          'the socket is below the path',
        );
        assert.deepEqual(
          addresses.filter((url) => !new URL(url).pathname.startsWith('/chat/')),
          [],
        );
        assert.equal(
          await window.page.evaluate(() =>
            fetch(document.querySelector('link[rel=manifest]').href)
              .then((answer) => answer.json())
              .then(({ start_url, icons }) => [start_url, icons[0].src].join(' ')),
          ),
          '. icon.svg',
        );
        // Without the slash: the way there, not a page whose parts are missing.
        await window.page.goto(`${base}/chat`);
        await window.ready();
        assert.equal(new URL(window.page.url()).pathname, '/chat/');
        // The session belongs to the path; the root of the same origin would have another one.
        assert.deepEqual(
          await window.page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('billet:session'))),
          ['billet:session:/chat'],
        );
      });
    },
  },
  {
    name: 'below a path: the element on the page of its own site, with tokens of the host and with accounts of Billet',
    async run(visit) {
      const { stack } = visit;
      const [mia, tom] = [await stack.person('Mia'), await stack.person('Tom')];
      const room = await stack.room(mia, tom);
      await stack.say(tom, room, 'what can I do for you?');
      const pages = {
        'shop/index.html': hostPage(`<billet-chat token-url="/token.json" peer="${tom.id}"></billet-chat>`),
        'own/index.html': hostPage('<billet-chat></billet-chat>'),
        'named/index.html': hostPage('<billet-chat server="/chat" token-url="/token.json"></billet-chat>'),
        'token.json': JSON.stringify({ token: mia.token, expires_in: 600 }),
      };
      await withFront(visit, pages, async ({ base }) => {
        const context = await visit.context({ base });
        const addresses = asked(context);
        const shop = new Window(await context.newPage(), stack);
        await shop.page.goto(`${base}/shop/`);
        await shop.seesText('what can I do for you?');
        await shop.online();
        await shop.write('a shelf, please');
        await shop.tick('a shelf, please', 'sent');
        const own = new Window(await context.newPage(), stack);
        await own.page.goto(`${base}/own/`);
        await own.signIn(tom);
        await own.open(mia);
        await own.seesText('a shelf, please');
        const named = new Window(await context.newPage(), stack);
        await named.page.goto(`${base}/named/`);
        await named.open(tom);
        await named.seesText('a shelf, please');
        assert.deepEqual(
          addresses.filter(
            (url) => !/^\/(chat|shop|own|named)\/|^\/token\.json$|^\/favicon\.ico$/.test(new URL(url).pathname),
          ),
          [],
        );
      });
    },
  },
];
