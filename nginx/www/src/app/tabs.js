// app/tabs.js — What the tabs of one person tell each other: 'outbox' (it has changed), 'left'
// (signed out), 'closed' (a window less).

import { openChannel } from '../net/channel.js';

export class Tabs {
  constructor(app) {
    this.app = app;
    this.channel = undefined;
  }

  begin(owner) {
    this.stop();
    this.channel = openChannel(`billet:${owner}`);
    if (this.channel) this.channel.onmessage = ({ data }) => this.told(data);
  }

  stop() {
    this.channel?.close();
    this.channel = undefined;
  }

  tell(word) {
    this.channel?.postMessage(word);
  }

  told(word) {
    const { connection, outgoing, texts } = this.app;
    if (word === 'left') texts.forget();
    else if (word === 'closed') connection.roomMade();
    else outgoing.reload();
  }
}
