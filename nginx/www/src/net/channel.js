// net/channel.js — Words between the tabs of this origin; null where the browser does not carry
// them.

export function openChannel(name) {
  try {
    const channel = new BroadcastChannel(name);
    channel.unref?.(); // node would wait for it to be closed
    return channel;
  } catch {
    return null;
  }
}
