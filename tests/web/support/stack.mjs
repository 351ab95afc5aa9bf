// tests/web/support/stack.mjs — The running stack, from outside: people by REST, processes by their
// pid files.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';

export const password = 'correct horse battery';
const started = (Date.now() % 1e8).toString(36);
let people = 0;

export class Stack {
  constructor(base, run_dir) {
    this.base = base;
    this.run_dir = run_dir;
  }

  async call(method, path, { token, body } = {}) {
    const response = await fetch(this.base + path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: {
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  // Somebody new: { id, username, display_name, token }.
  async person(display_name = 'Anna') {
    const name =
      display_name
        .toLowerCase()
        .replace(/[^a-z]/g, '')
        .slice(0, 12) || 'person';
    const username = `${name}.${process.pid.toString(36)}.${started}.${people++}`;
    const { user, access_token } = await this.call('POST', '/auth/register', {
      body: { username, password, display_name },
    });
    return { ...user, token: access_token };
  }

  room = (a, b) => this.call('POST', '/chat/rooms', { token: a.token, body: { other_user_id: b.id } });
  say = (who, room, content, client_msg_id = randomUUID()) =>
    this.call('POST', `/chat/rooms/${room.id}/messages`, { token: who.token, body: { content, client_msg_id } });
  read = (who, room) => this.call('PUT', `/chat/rooms/${room.id}/read`, { token: who.token, body: {} });
  messages = (who, room, limit = 200) =>
    this.call('GET', `/chat/rooms/${room.id}/messages?limit=${limit}`, { token: who.token });

  // `count` messages, written by `text(i)` with i from 1; `who(i)` says them. In order.
  async fill(room, count, who, text = (i) => `Message number ${i}`) {
    for (let i = 1; i <= count; i++) await this.say(who(i), room, text(i));
  }

  // As fill, several at a time: in any order but for the last one.
  async flood(room, count, who, text = (i) => `Message number ${i}`, width = 6) {
    let next = 1;
    await Promise.all(
      Array.from({ length: width }, async () => {
        for (let i; (i = next++) < count;) await this.say(who(i), room, text(i));
      }),
    );
    await this.say(who(count), room, text(count));
  }

  // Ends a process as an accident would. Answers whether there was one.
  kill(name) {
    const file = join(this.run_dir, 'pids', `${name}.pid`);
    if (!existsSync(file)) return false;
    process.kill(Number(readFileSync(file, 'utf8')), 'SIGKILL');
    return true;
  }

  // The operator's tool on this stack.
  control(...words) {
    const tool = process.env.BILLETCTL ?? join(import.meta.dirname, '../../../build/release/billetctl');
    return execFileSync(tool, ['--config', join(this.run_dir, 'billet.toml'), ...words], { encoding: 'utf8' });
  }
}
