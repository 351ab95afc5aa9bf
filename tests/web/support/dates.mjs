// tests/web/support/dates.mjs — Days that have passed: the clock of a test stack knows today only.

// `days` ago at a local time of day ("16:02"), as the contract writes times.
export function daysAgo(days, time = '12:00') {
  const [hours, minutes] = time.split(':').map(Number);
  const at = new Date();
  at.setDate(at.getDate() - days);
  at.setHours(hours, minutes, 0, 0);
  return at.toISOString().replace('Z', '000Z');
}

// The JSON of rooms and messages with the times that `when(message)` tells, where it tells one.
export function dated(value, when) {
  if (Array.isArray(value)) return value.map((one) => dated(one, when));
  if (value === null || typeof value !== 'object') return value;
  const changed = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, dated(one, when)]));
  const at = 'seq' in value && 'sender_id' in value ? when(value) : undefined;
  return at ? { ...changed, created_at: at } : changed;
}
