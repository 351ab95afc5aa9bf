#!/bin/bash
# findings/chromium-cached-page-keeps-lock.sh — a page in Chromium's back/forward cache keeps its Web Lock, and only who comes later gets it.
#
# Versions: Chromium 156.0.8078.108-1~deb12u1 (Debian 12), driven by playwright-core 1.65.1 (npm), seen on 2026-11-28.
# One would believe: a page that holds a Web Lock does not go into the back/forward cache, or gives the lock back, as locks end with their page: a tab
# that waits for it gets it when the holder leaves.
# What happens: the page is cached, frozen, with its lock. A tab that waited before stays without an answer as long as the page is cached (Chromium keeps
# one for ten minutes). A tab that asks for the first time afterwards throws the page out of the cache and gets the lock. The tab that waited and asks once
# more gets neither, although the page is thrown out: it must give its first request up before it asks anew. A tab that only looks, with
# navigator.locks.query(), throws the page out and frees all who wait: the diagnosis cures what it looks for, and still reports it as held.
# So give locks up on `pagehide`, and do not wait for one without end: give the request up after some seconds and ask anew.
# Seen (a page takes the lock and follows a link; what another tab sees, then the way back):
#     nobody asks:                   nobody; page from the cache
#     asked before it left, 3 s:     waits; page from the cache
#     asked before it left, 10 s:    waits; page from the cache
#     asks afterwards:               granted; page loaded anew, weblocks-contention
#     asked before and afterwards:   waits, waits; page loaded anew, weblocks-contention
#     asked before, given up, anew:  given up, granted; page loaded anew, weblocks-contention
#     asks with ifAvailable:         granted; page loaded anew, weblocks-contention
#     only looks:                    1 held, 0 pending; page loaded anew, weblocks-contention
#     asked before, looks:           granted, 1 held, 1 pending; page loaded anew, weblocks-contention
# Ends with 0 while this is so, with 1 when it has changed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common/lab.sh"
unpack_chromium

cat >ask.mjs <<'END'
import { launch, origin } from './browser.mjs';

const seconds = (s) => new Promise((over) => setTimeout(over, s * 1000));
// Playwright switches the cache off unless told otherwise.
const browser = await launch({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });

// In a page.
const hold = () => new Promise((held) => {
  window.life = 1;
  navigator.locks.request('one', () => {
    held();
    return new Promise(() => {});
  });
});
const asks = (options) => {
  window.heard ??= [];
  const mine = window.heard.push('waits') - 1;
  window.giveUp = new AbortController();
  const signal = options.ifAvailable ? undefined : window.giveUp.signal;
  navigator.locks.request('one', { ...options, signal }, (lock) => { window.heard[mine] = lock ? 'granted' : 'refused'; })
    .catch(() => { window.heard[mine] = 'given up'; });
};
const looks = async () => {
  const { held, pending } = await navigator.locks.query();
  (window.heard ??= []).push(`${held.length} held, ${pending.length} pending`);
};

const ask = (options = {}) => (tab) => tab.evaluate(asks, options);
const askAnew = (tab) => tab.evaluate(() => window.giveUp.abort()).then(() => ask()(tab));
const look = (tab) => tab.evaluate(looks);
const nothing = () => {};
async function say(words, before, after, patience = 10) {
  const context = await browser.newContext();
  const [page, other] = [await context.newPage(), await context.newPage()];
  await page.goto(`${origin}/page`);
  await other.goto(`${origin}/other`);
  await page.evaluate(hold);
  await before(other);
  // page.goto and page.goBack wait for a load that a cached page does not have.
  await page.evaluate((to) => { location.href = to; }, `${origin}/away`).catch(nothing);
  await seconds(3);
  await after(other);
  await seconds(after === nothing && patience === 3 ? 0 : patience - 3);
  const heard = await other.evaluate(() => (window.heard ?? ['nobody']).join(', '));
  await page.evaluate(() => history.back()).catch(nothing);
  await seconds(3);
  const back = await page.evaluate(() => window.life ? 'from the cache'
    : `loaded anew, ${performance.getEntriesByType('navigation')[0].notRestoredReasons?.reasons.map(({ reason }) => reason)}`);
  console.log(`${`${words}:`.padEnd(30)} ${heard}; page ${back}`);
  await context.close();
}
await say('nobody asks', nothing, nothing, 3);
await say('asked before it left, 3 s', ask(), nothing, 3);
await say('asked before it left, 10 s', ask(), nothing);
await say('asks afterwards', nothing, ask());
await say('asked before and afterwards', ask(), ask());
await say('asked before, given up, anew', ask(), askAnew);
await say('asks with ifAvailable', nothing, ask({ ifAvailable: true }));
await say('only looks', nothing, look);
await say('asked before, looks', ask(), look);
await browser.close();
process.exit();
END
timeout 300 node ask.mjs "$chromium" >seen || give_up 'the browser'
as_expected <<'END'
nobody asks:                   nobody; page from the cache
asked before it left, 3 s:     waits; page from the cache
asked before it left, 10 s:    waits; page from the cache
asks afterwards:               granted; page loaded anew, weblocks-contention
asked before and afterwards:   waits, waits; page loaded anew, weblocks-contention
asked before, given up, anew:  given up, granted; page loaded anew, weblocks-contention
asks with ifAvailable:         granted; page loaded anew, weblocks-contention
only looks:                    1 held, 0 pending; page loaded anew, weblocks-contention
asked before, looks:           granted, 1 held, 1 pending; page loaded anew, weblocks-contention
END
