// app/outgoing.js — Messages on their way out: kept in the outbox first, then sent, by socket or by
// REST.

import { newId } from '../net/ids.js';
import { Sender } from '../net/sender.js';
import { wellFormed } from '../state/wellformed.js';

export class Outgoing {
  constructor(app) {
    this.app = app;
    this.sender = undefined;
  }

  async begin(owner) {
    const { dispatch, tabs, texts } = this.app;
    this.stop();
    const sender = (this.sender = new Sender({
      box: texts.box,
      owner,
      deliver: (item) => this.deliver(item),
      on: {
        sending: (id) => dispatch({ type: 'outbox_sending', id }),
        waiting: (id) => dispatch({ type: 'outbox_waiting', id }),
        stored: (id, message) => dispatch({ type: 'outbox_stored', id, message }),
        failed: (id, code) => (dispatch({ type: 'outbox_failed', id, code }), tabs.tell('outbox')),
      },
    }));
    await this.reload();
    sender.kick();
  }

  stop() {
    this.sender?.stop();
    this.sender = undefined;
  }

  kick = () => this.sender?.kick();

  wake() {
    this.kick();
    if (this.sender) this.reload();
  }

  online() {
    if (this.sender) this.sender.attempt = 0;
    this.kick();
  }

  // What the outbox holds now, after another tab has changed it.
  async reload() {
    const { session, texts, dispatch } = this.app;
    const { owner } = session;
    const items = await texts.box.list(owner);
    if (owner === session.owner && this.sender) dispatch({ type: 'outbox_loaded', items });
  }

  async send(roomId, text) {
    const { dispatch, session, texts, typing } = this.app;
    const content = wellFormed(text);
    const item = {
      id: newId(),
      owner: session.owner,
      roomId,
      content,
      createdAt: new Date().toISOString(),
      code: null,
    };
    texts.draft(roomId, '');
    dispatch({ type: 'divider_cleared' });
    dispatch({ type: 'outbox_added', item: { ...item, code: '' } });
    typing.ended();
    await this.keep(item);
  }

  // Only what is in the outbox is sent. One that is full is told, and the message can be tried
  // again or discarded.
  async keep(item) {
    const { dispatch, texts } = this.app;
    try {
      await texts.box.add(item);
    } catch {
      return dispatch({ type: 'outbox_failed', id: item.id, code: 'not_kept' });
    }
    dispatch({ type: 'outbox_saved', id: item.id });
    this.changed();
  }

  async retry(id) {
    const { dispatch, session, state, texts } = this.app;
    const { saved, roomId, content, createdAt } = state.outbox.find((item) => item.id === id) ?? {};
    dispatch({ type: 'outbox_waiting', id });
    if (saved === false) return this.keep({ id, owner: session.owner, roomId, content, createdAt, code: null });
    await texts.box.mark(id, null);
    this.changed();
  }

  async discard(id) {
    const { dispatch, tabs, texts } = this.app;
    await texts.box.remove(id);
    dispatch({ type: 'outbox_discarded', id });
    tabs.tell('outbox');
  }

  changed() {
    this.app.tabs.tell('outbox');
    this.kick();
  }

  // By socket when there is one, so that the answer takes its place in the log; by REST otherwise.
  async deliver({ id, roomId, content }) {
    const { connection, dispatch, rest } = this.app;
    if (!connection.online) {
      const message = await rest.send(roomId, content, id);
      connection.poller.soon();
      return message;
    }
    const frame = { room_id: roomId, content, client_msg_id: id };
    const { cursor, payload } = await connection.socket.request('chat_message', frame);
    if (cursor) {
      dispatch({ type: 'event', event: { type: 'chat_message', cursor, payload }, now: Date.now() });
    }
    return payload.message;
  }

  // Messages of ours that the log brought need not be sent again.
  removeTold(state, before) {
    if (state.me !== before.me) return;
    const left = new Set(state.outbox.map((item) => item.id));
    for (const { id } of before.outbox) if (!left.has(id)) this.app.texts.box.remove(id).catch(() => {});
  }
}
