// net/locks.js — One holder at a time among all tabs of this origin; in this tab alone where the browser has no Web Locks
// (they need https or localhost).

const queues = new Map();

export function withLock(name, work) {
  if (globalThis.navigator?.locks) return navigator.locks.request(name, work);
  const turn = (queues.get(name) ?? Promise.resolve()).then(work);
  queues.set(name, turn.catch(() => {}));
  return turn;
}
