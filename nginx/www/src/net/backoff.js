// net/backoff.js — How long to wait before trying again: full jitter below a bound that doubles.

export function backoff(attempt, { base_ms = 500, max_ms = 30_000, random = Math.random } = {}) {
  return Math.round(random() * Math.min(max_ms, base_ms * 2 ** Math.min(attempt, 16)));
}
