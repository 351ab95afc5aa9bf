// app/typing.js — Who is typing: we tell it now and then, and the peer's ends by itself.

const every_ms = 2_500;
const never = { roomId: 0, at: 0 };

export class Typing {
  constructor(app) {
    Object.assign(this, { app, told: never, timer: 0 });
  }

  tell(roomId) {
    const now = Date.now();
    if (this.told.roomId === roomId && now - this.told.at < every_ms) return;
    this.told = { roomId, at: now };
    this.app.connection.socket?.notify('typing', { room_id: roomId });
  }

  // We have sent it: the next word begins anew.
  ended() {
    this.told = never;
  }

  heard({ room_id, user_id, expires_in }, now) {
    const { dispatch, state } = this.app;
    if (user_id !== state.me?.id) dispatch({ type: 'typing', roomId: room_id, until: now + expires_in * 1000 });
  }

  endLater({ typing }) {
    const until = Math.min(...Object.values(typing));
    if (!Number.isFinite(until)) return;
    clearTimeout(this.timer);
    const end = () => this.app.dispatch({ type: 'typing_ended', now: Date.now() });
    this.timer = setTimeout(end, Math.max(0, until - Date.now()) + 20);
  }

  stop() {
    clearTimeout(this.timer);
  }
}
