// tests/bench/ws_server.mjs SOCKET — Broadcasts what is posted to every WebSocket, by the `ws`
// package. Compared with, never shipped.
import { createServer } from 'node:http';
import { WebSocketServer, WebSocket } from 'ws';

const server = createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const text = Buffer.concat(pieces);
    for (const client of sockets.clients)
      if (client.readyState === WebSocket.OPEN) client.send(text, { binary: false });
    response.end('sent');
  });
});
server.keepAliveTimeout = 0;
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
server.listen({ path: process.argv[2], backlog: 4096 });
