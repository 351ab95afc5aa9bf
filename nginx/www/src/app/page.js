// app/page.js — What becomes of the page as a whole: looked at, left, cached, asleep, offline.

const beat_ms = 5_000;
const slept_ms = 20_000; // between two beats: the machine was asleep, with the page in view before and after

// look(): the focus may be another one. wake(): somebody may be looking after a pause, or the
// network is back. leave(): the page is closed or goes into the browser's cache. offline(): there
// is no network. Answers a function that ends it.
export function watchPage({ look, wake, leave, offline, clock = Date.now }) {
  const ends = [];
  const on = (target, type, work) => {
    target.addEventListener(type, work);
    ends.push(() => target.removeEventListener(type, work));
  };
  const visible = () => document.visibilityState === 'visible';
  on(window, 'focus', look);
  on(window, 'blur', look);
  on(document, 'visibilitychange', () => (look(), visible() && wake()));
  on(window, 'pageshow', ({ persisted }) => persisted && wake());
  on(window, 'pagehide', leave);
  on(window, 'online', wake);
  on(window, 'offline', offline);

  let last = clock();
  const beat = setInterval(() => {
    const now = clock();
    if (now - last > slept_ms && visible()) wake();
    last = now;
  }, beat_ms);
  ends.push(() => clearInterval(beat));
  return () => ends.forEach((end) => end());
}
