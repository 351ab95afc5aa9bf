// nginx/www/test/support/timers.js — The clock and the timers of one test, which stand still until
// tick(). Node's own mock.timers has no Date before version 20, and no description of what it
// replaces that 18 and 20 would both take.
import FakeTimers from '@sinonjs/fake-timers';

// Replaces `apis` (setTimeout, setInterval, Date) until the test ends; the clearing functions go
// with them. `now` in milliseconds.
export function still(t, apis, now = 0) {
  const clearing = { setTimeout: 'clearTimeout', setInterval: 'clearInterval' };
  const toFake = apis.flatMap((name) => (clearing[name] ? [name, clearing[name]] : [name]));
  const clock = FakeTimers.install({ toFake, now });
  t.after(() => clock.uninstall());
  return { tick: (ms) => clock.tick(ms) };
}
