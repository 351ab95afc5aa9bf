#!/bin/bash
# findings/chromium-quota-override-and-indexeddb.sh — Storage.overrideQuotaForOrigin, the way to test for a full disk, does not stop IndexedDB.
#
# Versions: Chromium 156.0.8078.108-1~deb12u1 (Debian 12), driven by playwright-core 1.65.1 (npm), seen on 2026-11-28.
# One would believe: the quota is one for all stores of an origin, and the command of the DevTools protocol lowers it, as tests for QuotaExceededError do.
# What happens: the Cache API and the origin's private files stop with QuotaExceededError. IndexedDB goes on writing, five times over the quota and after
# a reload as well, and navigator.storage.estimate() goes on naming 10 GiB. A test of an application that keeps its data in IndexedDB passes and has tried
# nothing: it must fail the write itself, or fill a small file system.
# Seen (each write 5,000,000 random bytes; the override says 1,000,000):
#     before:          IndexedDB written, Cache API written, private files written; estimate above the quota yes
#     with override:   IndexedDB written, Cache API QuotaExceededError, private files QuotaExceededError; estimate above the quota yes
#     after a reload:  IndexedDB written, Cache API QuotaExceededError, private files QuotaExceededError; estimate above the quota yes
# Ends with 0 while this is so, with 1 when it has changed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common/lab.sh"
unpack_chromium

cat >ask.mjs <<'END'
import { launch, origin } from './browser.mjs';

const browser = await launch();
const page = await browser.newPage();
await page.goto(origin);

// In the page. Random bytes, because a store may pack what repeats.
const write = async () => {
  const bytes = new Uint8Array(5e6);
  for (let at = 0; at < bytes.length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
  const tried = (work) => work.then(() => 'written', (error) => error.name);
  const indexed = () => new Promise((done, failed) => {
    const opening = indexedDB.open('orders', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('orders', { autoIncrement: true });
    opening.onerror = () => failed(opening.error);
    opening.onsuccess = () => {
      const writing = opening.result.transaction('orders', 'readwrite');
      writing.objectStore('orders').add(bytes);
      writing.oncomplete = done;
      writing.onabort = () => failed(writing.error);
    };
  });
  const cached = async () => (await caches.open('orders')).put(`/${Math.random()}`, new Response(bytes));
  const filed = async () => {
    const folder = await navigator.storage.getDirectory();
    const file = await (await folder.getFileHandle(`${Math.random()}`, { create: true })).createWritable();
    await file.write(bytes);
    await file.close();
  };
  const heard = `IndexedDB ${await tried(indexed())}, Cache API ${await tried(cached())}, private files ${await tried(filed())}`;
  return `${heard}; estimate above the quota ${(await navigator.storage.estimate()).quota > 1e9 ? 'yes' : 'no'}`;
};
const say = async (words) => console.log(`${`${words}:`.padEnd(16)} ${await page.evaluate(write)}`);
await say('before');
const protocol = await page.context().newCDPSession(page);
await protocol.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1e6 });
await say('with override');
await page.reload();
await say('after a reload');
await browser.close();
process.exit();
END
timeout 120 node ask.mjs "$chromium" >seen || give_up 'the browser'
as_expected <<'END'
before:          IndexedDB written, Cache API written, private files written; estimate above the quota yes
with override:   IndexedDB written, Cache API QuotaExceededError, private files QuotaExceededError; estimate above the quota yes
after a reload:  IndexedDB written, Cache API QuotaExceededError, private files QuotaExceededError; estimate above the quota yes
END
