// tests/web/support/visit.mjs — The windows of one case, watched: no violation of the CSP, no
// script error, no foreign request.

import { chromium } from 'playwright-core';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { dated } from './dates.mjs';
import { Window } from './window.mjs';

export const desktop = { width: 1280, height: 800 };
export const phone = { width: 390, height: 844 };
// A name for this machine that browsers do not take for a secure context, as localhost and
// 127.0.0.1 are.
export const plain_name = 'billet.test';
const axe_source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const launch = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-dev-shm-usage',
    '--force-color-profile=srgb',
    `--host-resolver-rules=MAP *.test 127.0.0.1`,
  ],
};

// `more`: of what Playwright's launch takes.
export const openBrowser = (more = {}) => chromium.launch({ ...launch, ...more });

// A browser with preferences of its own, as a person sets them: a context.
export function openProfile(folder, preferences) {
  mkdirSync(join(folder, 'Default'), { recursive: true });
  writeFileSync(join(folder, 'Default/Preferences'), JSON.stringify(preferences));
  return chromium.launchPersistentContext(folder, {
    ...launch,
    viewport: desktop,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
}

export class Visit {
  constructor(browser, stack) {
    this.browser = browser;
    this.stack = stack;
    this.contexts = [];
    this.complaints = [];
  }

  // A browser of its own: nothing is shared with other contexts but the server. `base`: the site
  // that is visited, of which `base` itself may be a path. `touch`: a phone's screen. `foreign`:
  // requests to other origins are meant.
  async context({
    browser = this.browser,
    size = desktop,
    scheme = 'light',
    locale = 'en-GB',
    base = this.stack.base,
    touch = false,
    foreign = false,
  } = {}) {
    const context = await browser.newContext({
      viewport: size,
      colorScheme: scheme,
      locale,
      reducedMotion: 'reduce',
      hasTouch: touch,
      isMobile: touch,
    });
    return this.watched(context, { base, foreign });
  }

  async watched(context, { base = this.stack.base, foreign = false } = {}) {
    this.contexts.push(context);
    context.setDefaultTimeout(15_000);
    await context.addInitScript(() => {
      window.violations = [];
      document.addEventListener('securitypolicyviolation', (event) =>
        window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
      );
    });
    context.on('weberror', (error) => this.complaints.push(`script error: ${error.error().stack}`));
    context.on('console', (message) => {
      if (/Content Security Policy|TrustedHTML|TrustedScript/i.test(message.text()))
        this.complaints.push(message.text());
    });
    if (!foreign) {
      context.on('request', (request) => {
        if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== new URL(base).origin)
          this.complaints.push(`foreign request ${request.url()}`);
      });
    }
    return context;
  }

  // What is fetched in `context` bears the times that `when(message)` tells, where it tells one.
  dated(context, when) {
    return context.route(/\/chat\/rooms(\?|$|\/\d+(\/messages)?(\?|$))/, async (route) => {
      if (route.request().method() !== 'GET') return route.fallback();
      const answer = await route.fetch();
      const body = answer.ok() ? JSON.stringify(dated(await answer.json(), when)) : await answer.text();
      await route.fulfill({ response: answer, body });
    });
  }

  // A window on the page; `as`: already signed in.
  async window(options = {}) {
    return this.windowIn(await this.context(options), options);
  }

  // `before`: run in the page before anything of it.
  async windowIn(context, { as, at = '', base = this.stack.base, before } = {}) {
    const page = await context.newPage();
    if (before) await page.addInitScript(before);
    const window = new Window(page, this.stack, axe_source);
    await page.goto(`${base}/${at}`);
    if (as) await window.signIn(as);
    return window;
  }

  // What was seen apart from the case's own expectations.
  async check() {
    for (const page of this.contexts.flatMap((context) => context.pages())) {
      const violations = await page.evaluate(() => window.violations ?? []);
      this.complaints.push(...violations.map((text) => `CSP: ${text}`));
    }
    if (this.complaints.length) throw new Error(this.complaints.slice(0, 5).join('\n'));
  }

  async picture(path) {
    const pages = this.contexts.flatMap((context) => context.pages());
    for (const [i, page] of pages.entries()) await page.screenshot({ path: `${path}-${i + 1}.png` });
  }

  async close() {
    await Promise.all(this.contexts.map((context) => context.close().catch(() => {})));
  }
}
