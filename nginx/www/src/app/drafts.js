// app/drafts.js — Unfinished texts, kept per user and room across reloads. Losing one to a full storage is no failure.

export class Drafts {
  constructor(owner, storage = globalThis.localStorage) {
    this.key = `billet:drafts:${owner}`;
    this.storage = storage;
  }

  all() {
    try {
      return JSON.parse(this.storage.getItem(this.key)) ?? {};
    } catch {
      return {};
    }
  }

  save(roomId, text) {
    const { [roomId]: _, ...others } = this.all();
    try {
      this.storage.setItem(this.key, JSON.stringify(text ? { ...others, [roomId]: text } : others));
    } catch {
      // full or forbidden: the draft lives as long as the page
    }
  }
}
