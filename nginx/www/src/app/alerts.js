// app/alerts.js — Tells somebody who looks elsewhere: title badge, desktop notification, sound. Notifications are asked for only
// by the person's own click, sound is off by default.

export const notificationsPossible = () => 'Notification' in globalThis && globalThis.isSecureContext;

export async function allowNotifications() {
  return notificationsPossible() && (await Notification.requestPermission()) === 'granted';
}

export class Alerts {
  // `t`: translates; `open(roomId)`: shows a room.
  constructor({ app, prefs, t, open, title = 'Billet' }) {
    Object.assign(this, { app, prefs, t, open, title });
    this.heardAt = 0;
    this.end = app.store.subscribe((state, before) => this.after(state, before));
  }

  after(state, before) {
    if (state.totalUnread !== before.totalUnread || state.phase !== before.phase) this.badge(state);
    if (state.arrivalCount === before.arrivalCount) return;
    for (const arrival of state.arrivals) if (arrival.n > before.arrivalCount) this.arrived(state, arrival);
  }

  badge({ totalUnread, phase }) {
    const count = phase === 'ready' ? totalUnread : 0;
    document.title = count > 0 ? `(${count}) ${this.title}` : this.title;
    navigator.setAppBadge?.(count).catch(() => {});
  }

  arrived(state, { roomId, message }) {
    const room = state.rooms[roomId];
    if (state.focused || (room && message.seq <= room.read_seq)) return;
    const { notify, sound } = this.prefs.values;
    if (sound) this.ring();
    if (notify && notificationsPossible() && Notification.permission === 'granted') this.show(roomId, room, message);
  }

  show(roomId, room, message) {
    let note;
    try {
      note = new Notification(room?.peer.display_name ?? this.t('newMessage'), { body: message.content.slice(0, 200), tag: `billet-${roomId}`, icon: '/icon.svg' });
    } catch {
      return; // phones allow them to service workers only
    }
    note.onclick = () => {
      window.focus();
      this.open(roomId);
      note.close();
    };
  }

  // Two soft tones, at most one ring a second.
  ring() {
    const now = Date.now();
    if (now - this.heardAt < 1000) return;
    this.heardAt = now;
    this.audio ??= new AudioContext();
    [660, 880].forEach((hertz, i) => {
      const tone = this.audio.createOscillator();
      const volume = this.audio.createGain();
      const begin = this.audio.currentTime + i * 0.12;
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0, begin);
      volume.gain.linearRampToValueAtTime(0.08, begin + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.3);
      tone.connect(volume).connect(this.audio.destination);
      tone.start(begin);
      tone.stop(begin + 0.32);
    });
  }
}
