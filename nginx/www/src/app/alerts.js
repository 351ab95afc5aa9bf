// app/alerts.js — Tells somebody who looks elsewhere: title badge, desktop notification, sound.
// Notifications are asked for only by the person's own click, sound is off by default.

import { cut } from '../state/wellformed.js';

// Browsers without notifications lack the name or have something else under it; some ask nobody
// inside a frame, by throwing.
export const notificationsPossible = () => typeof globalThis.Notification === 'function' && globalThis.isSecureContext;
const permission = () => (notificationsPossible() ? Notification.permission : 'denied');
export const notificationsUndecided = () => permission() === 'default';

export async function allowNotifications() {
  try {
    return notificationsPossible() && (await Notification.requestPermission()) === 'granted';
  } catch {
    return false;
  }
}

export class Alerts {
  // `t`: translates; `open(roomId)`: shows a room.
  constructor({ app, prefs, t, open, title = 'Billet' }) {
    Object.assign(this, { app, prefs, t, open, title });
    this.heardAt = 0;
    this.notes = new Map(); // by room: those that may still be seen
    this.unsubscribe = app.store.subscribe((state, before) => this.after(state, before));
  }

  stop() {
    this.unsubscribe();
    this.clear();
  }

  // What was said to one person is not left for the next one to read.
  clear() {
    for (const note of this.notes.values()) note.close();
    this.notes.clear();
  }

  after(state, before) {
    if (state.phase === 'signed_out') this.clear();
    if (state.totalUnread !== before.totalUnread || state.phase !== before.phase) this.badge(state);
    if (state.arrivalCount === before.arrivalCount) return;
    for (const arrival of state.arrivals) if (arrival.n > before.arrivalCount) this.arrived(state, arrival);
  }

  badge({ totalUnread, phase }) {
    const count = phase === 'ready' ? totalUnread : 0;
    document.title = count > 0 ? `(${count}) ${this.title}` : this.title;
    navigator.setAppBadge?.(count)?.catch(() => {});
  }

  arrived(state, { roomId, message }) {
    const room = state.rooms[roomId];
    if (state.focused || (room && message.seq <= room.read_seq)) return;
    const { notify, sound } = this.prefs.values;
    if (sound) this.ring();
    if (notify && permission() === 'granted') this.show(roomId, room, message);
  }

  show(roomId, room, message) {
    let note;
    try {
      note = new Notification(room?.peer.display_name ?? this.t('newMessage'), {
        body: cut(message.content, 200),
        tag: `billet-${roomId}`,
        icon: `${this.app.base}/icon.svg`,
      });
    } catch {
      return; // phones allow them to service workers only
    }
    this.notes.set(roomId, note);
    note.onclick = () => {
      window.focus();
      this.open(roomId);
      note.close();
    };
  }

  // At most one ring a second. Where there is no sound to be had, the note and the badge are what
  // tells.
  ring() {
    const now = Date.now();
    if (now - this.heardAt < 1000) return;
    this.heardAt = now;
    try {
      this.audio ??= new AudioContext();
      twoTones(this.audio);
    } catch {
      // no such thing in this browser, or no more of them
    }
  }
}

function twoTones(audio) {
  [660, 880].forEach((hertz, i) => {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const begin = audio.currentTime + i * 0.12;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(0.08, begin + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.3);
    tone.connect(volume).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + 0.32);
  });
}
