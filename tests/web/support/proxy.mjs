// tests/web/support/proxy.mjs — What may stand between a browser and Billet: strips what it does
// not know, or goes silent.

import net from 'node:net';

export class Proxy {
  strips = false; // a proxy without the lines that WebSocket needs
  pairs = new Set();

  // Answers once it listens; `base` is its address.
  static async before(base) {
    const proxy = new Proxy();
    const { hostname, port } = new URL(base);
    proxy.server = net.createServer((client) => proxy.join(client, net.connect(Number(port), hostname)));
    await new Promise((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    proxy.base = `http://127.0.0.1:${proxy.server.address().port}`;
    return proxy;
  }

  join(client, server) {
    const pair = { client, server };
    this.pairs.add(pair);
    client.on('data', (bytes) => pair.silent || server.write(this.strips ? stripped(bytes) : bytes));
    server.on('data', (bytes) => pair.silent || client.write(bytes));
    const end = () => {
      this.pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on('close', () => pair.silent || end()).on('error', () => {});
  }

  // Connections of now stay open, and nothing comes through any more; later ones are fine.
  silence() {
    for (const pair of this.pairs) pair.silent = true;
  }

  close() {
    for (const { client, server } of this.pairs) {
      client.destroy();
      server.destroy();
    }
    this.server.close();
  }
}

const stripped = (bytes) => Buffer.from(bytes.toString('latin1').replace(/\r\nUpgrade: websocket/i, ''), 'latin1');
