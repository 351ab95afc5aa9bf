// net/ids.js — A client_msg_id: 128 random bits. crypto.randomUUID exists on https and localhost
// only.

export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
