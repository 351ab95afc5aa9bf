// net/locks.js — One holder at a time among all tabs of this origin.
//
// Web Locks where there are any (https, localhost); else a lock of our own (tab_lock.js); where
// tabs can agree on nothing, this tab's calls one after the other. A page that is left gives back
// what it holds and waits for nothing: it may lie in the browser's back/forward cache for long, and
// Web Locks would stay with it.

import { Problem } from './problem.js';
import { TabLock } from './tab_lock.js';

// A lock that is asked for anew evicts a cached page that holds it; one that has been waiting does
// not.
const renew_ms = 4_000;
const queues = new Map(); // name → end of what this tab does under that lock
const running = new Set(); // what is to be given up when the page is left
const back_ms = 5_000; // no time passes in a page that is left: where it does, the page has stayed
let left = false;
let tab_lock;

const goes = () => {
  left = true;
  setTimeout(comes, back_ms);
  for (const leaving of running) leaving.abort(new Problem({ code: 'network', detail: 'the page was left' }));
};
const comes = () => (left = false);
globalThis.addEventListener?.('pagehide', goes);
globalThis.addEventListener?.('pageshow', comes);
globalThis.document?.addEventListener('freeze', goes);
globalThis.document?.addEventListener('resume', comes);
globalThis.document?.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && comes());

// Answers what work(held) answers. held.signal: aborted when the lock was given back before the
// end, since the page was left; then the call is rejected although `work` may go on. held.sure():
// whether it is held this very moment. held.alone: other tabs are not kept out. `patience`: how
// many seconds to wait for other tabs at most; then Problem busy.
export function withLock(name, work, { patience = Infinity } = {}) {
  const turn = (queues.get(name) ?? Promise.resolve()).then(() => begin(name, work, patience));
  const end = turn.catch(() => {});
  queues.set(name, end);
  end.then(() => queues.get(name) === end && queues.delete(name));
  return turn;
}

async function begin(name, work, patience) {
  const leaving = new AbortController();
  const { signal } = leaving;
  running.add(leaving);
  if (left) leaving.abort(new Problem({ code: 'network', detail: 'the page was left' }));
  const gone = new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  gone.catch(() => {});
  try {
    signal.throwIfAborted();
    return await across(name, (held) => Promise.race([work({ ...held, signal }), gone]), { signal, patience });
  } finally {
    running.delete(leaving);
  }
}

async function across(name, work, options) {
  let begun = false;
  const begin_work = (held) => ((begun = true), work(held));
  try {
    if (globalThis.navigator?.locks) return await byBrowser(name, begin_work, options);
  } catch (error) {
    if (begun || error.name !== 'SecurityError') throw error; // forbidden with all else that is kept
  }
  tab_lock ??= new TabLock();
  return tab_lock.request(name, work, options);
}

// Asks anew every few seconds, for as long as another tab holds it.
async function byBrowser(name, work, { signal, patience }) {
  for (let waited = 0; ;) {
    const asking = new AbortController();
    const stop = () => asking.abort();
    const pause = renew_ms * (0.75 + Math.random() / 2);
    const timer = setTimeout(stop, pause);
    signal.addEventListener('abort', stop);
    let granted = false;
    const begun = () => {
      granted = true;
      clearTimeout(timer);
      return work({ sure: async () => true, alone: false });
    };
    try {
      return await navigator.locks.request(name, { signal: asking.signal }, begun);
    } catch (error) {
      if (granted || error.name !== 'AbortError') throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
    signal.throwIfAborted();
    waited += pause / 1000;
    if (waited >= patience) throw new Problem({ code: 'busy', detail: `${name} is held` });
  }
}
