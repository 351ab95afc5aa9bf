#!/bin/bash
# findings/chromium-fulfilled-page-has-no-websocket.sh — a page that Playwright answers itself may fetch from its own server and open no WebSocket to it.
#
# Versions: Chromium 156.0.8078.108-1~deb12u1 (Debian 12), playwright-core 1.65.1 and ws 8.18.3 (npm), seen on 2026-11-28.
# One would believe: route.fulfill() changes what the page says, not where it is from: its WebSocket to its own origin on 127.0.0.1 opens as before.
# What happens: Chromium's Local Network Access goes by the address that the document came from. A document that was fulfilled came from no address, so its
# origin counts as not local, and its WebSocket to loopback ends with 1006; only the console says ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS. This is so
# even when the answer is the server's own, fetched by route.fetch() and passed on with a word changed, the recipe for patching a page under test. fetch()
# to the same origin goes through, because it is same-origin; so the page works but for the socket. Grant the context 'local-network-access'.
# Seen (page, WebSocket and fetch at one loopback address):
#     as served:                   WebSocket open, fetch 200
#     route.continue():            WebSocket open, fetch 200
#     route.fetch(), fulfill():    WebSocket closed 1006, fetch 200
#     fulfill():                   WebSocket closed 1006, fetch 200
#     fulfill(), granted:          WebSocket open, fetch 200
# Ends with 0 while this is so, with 1 when it has changed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common/lab.sh"
unpack_chromium
install_npm ws@8.18.3 playwright-core@1.65.1

cat >ask.mjs <<'END'
import { WebSocketServer } from 'ws';
import { html, launch, origin, server } from './browser.mjs';

new WebSocketServer({ server });
const browser = await launch();

// In the page.
const connect = async () => {
  const socket = new WebSocket(`ws://${location.host}/socket`);
  const heard = await new Promise((known) => {
    socket.onopen = () => known('open');
    socket.onclose = ({ code }) => known(`closed ${code}`);
    setTimeout(known, 20000, 'silent');
  });
  const fetched = await fetch('/other').then(({ status }) => status, () => 'failed');
  return `WebSocket ${heard}, fetch ${fetched}`;
};
async function say(words, answer, permissions = []) {
  const context = await browser.newContext({ permissions });
  const page = await context.newPage();
  if (answer) await page.route(`${origin}/page`, answer);
  await page.goto(`${origin}/page`);
  console.log(`${`${words}:`.padEnd(28)} ${await page.evaluate(connect)}`);
  await context.close();
}
await say('as served');
await say('route.continue()', (route) => route.continue());
await say('route.fetch(), fulfill()', async (route) => route.fulfill({ response: await route.fetch() }));
await say('fulfill()', (route) => route.fulfill(html));
await say('fulfill(), granted', (route) => route.fulfill(html), ['local-network-access']);
await browser.close();
process.exit();
END
timeout 120 node ask.mjs "$chromium" >seen 2>err.txt || give_up "$(tail -n 20 err.txt)"
as_expected <<'END'
as served:                   WebSocket open, fetch 200
route.continue():            WebSocket open, fetch 200
route.fetch(), fulfill():    WebSocket closed 1006, fetch 200
fulfill():                   WebSocket closed 1006, fetch 200
fulfill(), granted:          WebSocket open, fetch 200
END
