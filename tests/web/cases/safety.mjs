// tests/web/cases/safety.mjs — Hostile and unusual texts.

import assert from 'node:assert/strict';

const payloads = [
  '<script>window.hacked=1</script>',
  '<img src=x onerror="window.hacked=1">',
  '<svg/onload=window.hacked=1>',
  '"><script>window.hacked=1</script>',
  "'-window.hacked=1-'",
  'javascript:window.hacked=1',
  '<a href="javascript:window.hacked=1">x</a>',
  '<iframe srcdoc="<script>parent.hacked=1</script>"></iframe>',
  '<style>*{display:none}</style>',
  '<math><mi//xlink:href="data:x,<script>window.hacked=1</script>">',
  '{{constructor.constructor("window.hacked=1")()}}',
  '${window.hacked=1}',
  '<body onload=window.hacked=1>',
  '<details open ontoggle=window.hacked=1>',
  'https://example.com/"onmouseover="window.hacked=1',
  "https://example.com/'><script>window.hacked=1</script>",
  'data:text/html,<script>window.hacked=1</script>',
  '<!--><img src=x onerror=window.hacked=1>-->',
  '\u202ehttps://example.com/gpj.exe',
  '<template><script>window.hacked=1</script></template>',
  '&lt;script&gt;',
  '<?lit$123$?>',
  '<!--?lit$-->',
];

// Texts of bubbles whose time stands on them.
const covered = (timeline) =>
  [...timeline.shadowRoot.querySelectorAll('.bubble')]
    .filter((bubble) => {
      const meta = bubble.querySelector('.meta time').getBoundingClientRect();
      const walker = document.createTreeWalker(bubble.querySelector('.text'), NodeFilter.SHOW_TEXT);
      const range = document.createRange();
      for (let node; (node = walker.nextNode());) {
        range.selectNodeContents(node);
        const over = [...range.getClientRects()].some(
          (one) =>
            one.left < meta.right && one.right > meta.left && one.top + 4 < meta.bottom && one.bottom - 4 > meta.top,
        );
        if (over) return true;
      }
      return false;
    })
    .map((bubble) => bubble.textContent.trim().slice(0, 40));

export default [
  {
    name: 'payloads in messages, names and drafts are shown as text and do nothing',
    async run(visit) {
      const { stack } = visit;
      const anna = await stack.person('Anna');
      const evil = await stack.person('<img src=x onerror=window.hacked=1>');
      const room = await stack.room(anna, evil);
      for (const text of payloads) await stack.say(evil, room, text);
      const window = await visit.window({ as: anna });
      await window.open(evil);
      await window.seesText(payloads.at(-1));
      assert.deepEqual(
        await window.texts(),
        payloads.map((text) => text.trim()),
      );
      const found = await window.find('billet-timeline').evaluate((timeline) => ({
        links: [...timeline.shadowRoot.querySelectorAll('.rows a')].map((link) => [
          link.protocol,
          link.rel,
          link.target,
        ]),
        foreign: timeline.shadowRoot.querySelectorAll('.rows :is(script, img, iframe, style, details, math, template)')
          .length,
        hacked: window.hacked,
      }));
      assert.equal(found.hacked, undefined);
      assert.equal(found.foreign, 0);
      assert.ok(found.links.length >= 2);
      for (const [protocol, rel, target] of found.links) {
        assert.match(protocol, /^https?:$/);
        assert.match(rel, /noopener noreferrer/);
        assert.equal(target, '_blank');
      }
      await window.write(payloads[1]);
      await window.eventually(async () => (await window.texts()).length === payloads.length + 1, 'sent');
      await window.page.keyboard.press('Control+k');
      await window.find('billet-switcher .option').first().waitFor();
      assert.equal(await window.page.evaluate(() => window.hacked), undefined);
    },
  },
  {
    name: 'long words, 4,000 characters, right-to-left and emoji keep the layout, at both widths',
    async run(visit) {
      const { stack } = visit;
      const [anna, ben] = [
        await stack.person('Anna'),
        await stack.person('Benjamin-Maximilian-von-und-zu-Hohenfels-Langenburg-Oehringen'),
      ];
      const room = await stack.room(anna, ben);
      const texts = [
        'x'.repeat(4000),
        'word '.repeat(800).trim(),
        'مرحبا، كيف حالك اليوم؟ https://example.com/path',
        '👩‍👩‍👧‍👦🎉',
        'שלום'.repeat(300),
        `https://example.com/${'a'.repeat(900)}`,
        '\u0301'.repeat(60) + 'z̸̢̛͓̲a̷l̶g̵o̴',
      ];
      for (const text of texts) await stack.say(ben, room, text);
      for (const size of [
        { width: 390, height: 844 },
        { width: 1280, height: 800 },
      ]) {
        const window = await visit.window({ as: anna, size });
        await window.fits('the list');
        await window.open(ben);
        await window.seesText('example.com/aaa');
        await window.fits(`a room at ${size.width}`);
        assert.equal(
          await window.find('billet-timeline .scroller').evaluate((one) => one.scrollWidth <= one.clientWidth),
          true,
        );
        assert.deepEqual(await window.find('billet-timeline').evaluate(covered), [], 'the time covers no text');
        const direction = await window
          .bubble('مرحبا')
          .locator('.bubble')
          .evaluate((one) => getComputedStyle(one).direction);
        assert.equal(direction, 'rtl');
        assert.equal(await window.bubble('👩‍👩‍👧‍👦').locator('.bubble.large').count(), 1);
      }
    },
  },
  {
    name: 'the limit of a message is told before it is sent',
    async run(visit) {
      const { stack } = visit;
      const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
      await stack.room(anna, ben);
      const window = await visit.window({ as: anna });
      await window.open(ben);
      await window.composer.fill('x'.repeat(3990));
      assert.match(await window.find('billet-composer .line').innerText(), /10 characters left/);
      await window.composer.fill('👍'.repeat(4001));
      await window.composer.press('Enter');
      assert.match(await window.find('billet-composer .line.over').innerText(), /1 character too long/);
      assert.equal((await window.texts()).length, 0);
      await window.composer.fill('x'.repeat(4000));
      await window.composer.press('Enter');
      await window.find('billet-timeline .tick.sent').waitFor();
    },
  },
  {
    name: 'nothing inline: the page works under its policy and loads from its own origin only',
    async run(visit) {
      const window = await visit.window();
      const response = await window.page.request.get(visit.stack.base + '/');
      const policy = response.headers()['content-security-policy'] ?? '';
      for (const part of [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "require-trusted-types-for 'script'",
      ])
        assert.ok(policy.includes(part), `${part} in ${policy}`);
      assert.ok(!/unsafe|\*/.test(policy), policy);
      assert.doesNotMatch(await response.text(), /<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/i);
      const blocked = await window.page.evaluate(() => {
        try {
          document.createElement('div').innerHTML = '<b>x</b>';
          return false;
        } catch {
          window.violations.length = 0;
          return true;
        }
      });
      assert.ok(blocked, 'Trusted Types are enforced');
      await window.page.waitForTimeout(100);
      await window.page.evaluate(() => (window.violations.length = 0));
      visit.complaints.length = 0;
    },
  },
];
