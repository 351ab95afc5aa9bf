// app/read_marks.js — Tells the server what was really seen, at most once on a connection; the log
// answers.

export class ReadMarks {
  constructor(app) {
    this.app = app;
    this.begin();
  }

  // A new connection: what was asked on the one before may have come to nothing.
  begin() {
    this.asked = {}; // room id → highest seq that was asked for
  }

  mark(roomId, seq) {
    const { connection, rest, state } = this.app;
    const { online, poller, socket } = connection;
    const room = state.rooms[roomId];
    if (!room || (!online && !poller.works) || seq <= Math.max(room.read_seq, this.asked[roomId] ?? 0)) return;
    this.asked[roomId] = seq;
    const asked = online
      ? socket.request('message_read', { room_id: roomId, seq })
      : rest.read(roomId, seq).then(() => poller.soon());
    asked.catch(() => delete this.asked[roomId]);
  }
}
