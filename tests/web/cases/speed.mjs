// tests/web/cases/speed.mjs — How soon something is there, and that it stays small. Numbers are
// printed; bounds are wide, machines differ.

import assert from 'node:assert/strict';

const paint_ms_max = 3000; // a loaded test machine; the aim on an idle one is 300

export default [
  {
    name: 'first paint and first list come soon',
    async run(visit) {
      const { stack } = visit;
      const [anna, ben] = [await stack.person('Anna'), await stack.person('Ben')];
      await stack.say(ben, await stack.room(anna, ben), 'hi');
      const context = await visit.context();
      const window = await visit.windowIn(context, { as: anna });
      await window.page.reload();
      await window.roomOf(ben).waitFor();
      const times = await window.page.evaluate(() => ({
        paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
        script: performance.getEntriesByType('resource').find(({ name }) => name.includes('/assets/main-'))
          ?.encodedBodySize,
      }));
      console.log(
        `        first contentful paint ${Math.round(times.paint)} ms, script ${(times.script / 1024).toFixed(1)} KB as transferred`,
      );
      assert.ok(times.paint < paint_ms_max);
      assert.ok(times.script <= 60 * 1024, `${times.script} bytes`);
    },
  },
];
