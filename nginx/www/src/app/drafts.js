// app/drafts.js — Unfinished texts, kept per user and room across reloads. Losing one to a full
// storage is no failure.

import { local } from '../net/storage.js';

export class Drafts {
  constructor(owner, storage = local) {
    this.key = `billet:drafts:${owner}`;
    this.local = storage;
  }

  all = () => this.local.json(this.key) ?? {};
  clear = () => this.local.remove(this.key);

  save(roomId, text) {
    const { [roomId]: _, ...others } = this.all();
    this.local.set(this.key, JSON.stringify(text ? { ...others, [roomId]: text } : others));
  }
}
