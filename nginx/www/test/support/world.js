// test/support/world.js — The server's promises in memory: rooms, messages, read marks and a
// gap-free log per user.

export class World {
  epoch = 'k3f9';
  rooms = [];
  logs = new Map();
  blocks = new Set();
  minute = 0;

  constructor(users) {
    this.users = users;
    for (const id of users) this.logs.set(id, []);
  }

  head = (user) => this.logs.get(user).length;
  events = (user, from, to = this.head(user)) => this.logs.get(user).slice(from, to);
  roomsOf = (user) => this.rooms.filter((room) => room.marks.has(user));

  addRoom(a, b) {
    const room = {
      id: 100 + this.rooms.length,
      created_at: this.tick(),
      messages: [],
      marks: new Map([
        [a, 0],
        [b, 0],
      ]),
    };
    this.rooms.push(room);
    for (const user of [a, b]) this.log(user, 'room_created', { room: this.view(room, user) });
    return room;
  }

  send(room, sender, content, client_msg_id = `c${sender}-${room.id}-${room.messages.length + 1}`) {
    room.messages.push({
      id: room.id * 100_000 + room.messages.length,
      content,
      sender_id: sender,
      created_at: this.tick(),
      is_read: false,
      room_id: room.id,
      seq: room.messages.length + 1,
      client_msg_id,
    });
    const message = room.messages.at(-1);
    for (const user of room.marks.keys()) {
      this.log(user, 'chat_message', {
        room_id: room.id,
        message: this.messageFor(message, user),
        ...this.counts(room, user),
      });
    }
    return message;
  }

  read(room, reader, seq) {
    if (seq <= room.marks.get(reader)) return;
    room.marks.set(reader, seq);
    for (const user of room.marks.keys()) {
      this.log(user, 'message_read', {
        room_id: room.id,
        message_id: room.messages[seq - 1].id,
        reader_id: reader,
        seq,
        ...this.counts(room, user),
      });
    }
  }

  block(blocker, blocked, on) {
    this.blocks[on ? 'add' : 'delete'](`${blocker}:${blocked}`);
    this.log(blocker, 'block_updated', { user_id: blocked, blocked: on });
  }

  page = (room, user, from, to) =>
    room.messages.slice(Math.max(0, from - 1), to).map((message) => this.messageFor(message, user));

  messageFor({ client_msg_id, ...message }, user) {
    return message.sender_id === user ? { ...message, client_msg_id } : message;
  }

  view(room, user) {
    const peer = [...room.marks.keys()].find((id) => id !== user);
    const last = room.messages.at(-1);
    return {
      id: room.id,
      created_at: room.created_at,
      last_message: last ? this.messageFor(last, user) : null,
      unread_count: this.unread(room, user),
      last_seq: room.messages.length,
      read_seq: room.marks.get(user),
      peer_read_seq: room.marks.get(peer),
      blocked_by_me: this.blocks.has(`${user}:${peer}`),
      peer: { id: peer, username: `u${peer}`, display_name: `U${peer}` },
    };
  }

  unread = (room, user) =>
    room.messages.filter((one) => one.sender_id !== user && one.seq > room.marks.get(user)).length;
  total = (user) => this.roomsOf(user).reduce((sum, room) => sum + this.unread(room, user), 0);
  counts = (room, user) => ({ unread_count: this.unread(room, user), total_unread: this.total(user) });

  log(user, type, payload) {
    this.logs.get(user).push({ type, cursor: this.head(user) + 1, payload });
  }

  tick() {
    return new Date(1.7e12 + this.minute++ * 60_000).toISOString();
  }
}

// A small random generator: the same seed gives the same run.
export function randomFrom(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
