// tests/web/suite.mjs BASE_URL RUN_DIR [CASE…] — Runs the cases one after another, each with people
// and windows of its own.

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser, Visit } from './support/visit.mjs';
import { Stack } from './support/stack.mjs';

const files = [
  'accounts',
  'chatting',
  'typing',
  'alerts',
  'history',
  'outages',
  'environment',
  'browsers',
  'connection',
  'safety',
  'access',
  'embed',
  'prefix',
  'speed',
];
const case_deadline_ms = 120_000;

const [base, run_dir, ...wanted] = process.argv.slice(2);
const pictures = process.env.BILLET_PICTURES ?? '/tmp/billet-web-pictures';
const stack = new Stack(base.replace(/\/$/, ''), run_dir);
const cases = (await Promise.all(files.map((file) => import(`./cases/${file}.mjs`)))).flatMap(
  ({ default: list }) => list,
);
const chosen = cases.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));

rmSync(pictures, { recursive: true, force: true });
const browser = await openBrowser();
let passed = 0;
let failed = 0;
for (const one of chosen) {
  const visit = new Visit(browser, stack);
  const began = Date.now();
  try {
    await deadline(one.run(visit));
    await visit.check();
    passed++;
    console.log(`ok      ${one.name} (${Date.now() - began} ms)`);
  } catch (error) {
    failed++;
    console.log(`not ok  ${one.name} (${Date.now() - began} ms)\n${indented(error.stack ?? error)}`);
    mkdirSync(pictures, { recursive: true });
    await visit.picture(join(pictures, one.name.replace(/[^a-z0-9]+/gi, '-').slice(0, 60))).catch(() => {});
  }
  await visit.close();
}
await browser.close();
if (chosen.length === 0) failed++;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function deadline(work) {
  let timer;
  const late = new Promise(
    (_, reject) => (timer = setTimeout(() => reject(new Error('passed its deadline')), case_deadline_ms)),
  );
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function indented(text) {
  return String(text)
    .split('\n')
    .slice(0, 24)
    .map((line) => `        ${line}`)
    .join('\n');
}
