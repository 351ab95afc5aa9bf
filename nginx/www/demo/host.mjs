// demo/host.mjs — A product with users of its own that has Billet beside it: the recipe for a host
// application.
//
//   node host.mjs                        then follow what it prints, and open http://127.0.0.1:8090
//
// What a host does, all of it below:
//   1. share a key with Billet ([[host_tokens]] in billet.toml);
//   2. for whoever is logged in *here*, answer a short-lived token at an address of its own
//      (tokenOf);
//   3. make known whom the others shall find before they come themselves: one call with their token
//      (introduce);
//   4. load /embed.js and place <billet-chat token-url="…" peer="…"> on a page (host.html).
// This host stands in front of Billet and passes /auth, /users, /chat, /ws and /embed.js on, so
// that all is one origin. A host with another origin than Billet's loads the script from there and
// is listed in nginx's cors-origins.conf instead.
//
// Environment: BILLET (http://127.0.0.1:8080), PORT (8090), KEY_FILE (./demo-shop.key).

import http from 'node:http';
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

// The shop's own users. Billet meets them with their first token.
export const people = { mia: { id: 'shop-1', name: 'Mia (customer)' }, tom: { id: 'shop-2', name: 'Tom (support)' } };

const issuer = 'demo-shop';
const audience = 'billet';
const token_ttl_s = 600;

// An HS256 token for one of our users.
export function tokenWith(key, user, now = Date.now()) {
  const part = (claims) => Buffer.from(JSON.stringify(claims)).toString('base64url');
  const seconds = Math.floor(now / 1000);
  const claims = {
    iss: issuer,
    aud: audience,
    sub: people[user].id,
    preferred_username: `shop.${user}`,
    name: people[user].name,
    iat: seconds,
    exp: seconds + token_ttl_s,
  };
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

const pages = {
  '/': ['host.html', 'text/html'],
  '/host.css': ['host.css', 'text/css'],
  '/host.js': ['host.js', 'text/javascript'],
};
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";

// tokenOf(user): a promise of { token, expires_in }.
export function createHost({ billet, tokenOf }) {
  const server = http.createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://host');
    if (/^\/(auth|users|chat)(\/|$)|^\/embed(-[\d.]+)?\.js$/.test(pathname)) return passOn(billet, request, response);
    if (pathname === '/log-in' && request.method === 'POST') return logIn(response, searchParams.get('user'));
    if (pathname === '/billet-token') return answerToken(request, response, tokenOf);
    if (!(pathname in pages)) return void response.writeHead(404).end();
    const [file, type] = pages[pathname];
    response.writeHead(200, {
      'Content-Type': `${type}; charset=utf-8`,
      'Content-Security-Policy': policy,
      'Cache-Control': 'no-cache',
    });
    response.end(readFileSync(new URL(file, import.meta.url)));
  });
  server.on('upgrade', (request, socket, head) => passSocket(billet, request, socket, head));
  return server;
}

// The shop's log-in. A real one asks for more than a name.
function logIn(response, user) {
  if (!Object.hasOwn(people, user ?? '')) return void response.writeHead(400).end();
  response.writeHead(204, { 'Set-Cookie': `shop_user=${user}; Path=/; HttpOnly; SameSite=Strict` }).end();
}

// The token endpoint: the cookie says who asks, nobody gets a token for somebody else.
async function answerToken(request, response, tokenOf) {
  const user = /(?:^|;\s*)shop_user=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
  if (!Object.hasOwn(people, user ?? '')) return void response.writeHead(401).end();
  try {
    const answer = await tokenOf(user);
    response
      .writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
      .end(JSON.stringify(answer));
  } catch {
    response.writeHead(503).end();
  }
}

function passOn(billet, request, response) {
  const { cookie, ...headers } = request.headers;
  const out = http.request(new URL(request.url, billet), { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  out.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
  request.pipe(out);
}

function passSocket(billet, request, socket, head) {
  if (request.url !== '/ws') return void socket.destroy();
  const { cookie, ...headers } = request.headers;
  const out = http.request(new URL('/ws', billet), { headers });
  const end = () => (socket.destroy(), out.destroy());
  out.on('upgrade', (answer, other, first) => {
    const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`);
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
    if (first.length) socket.write(first);
    if (head.length) other.write(head);
    for (const [from, to] of [
      [socket, other],
      [other, socket],
    ]) {
      from.pipe(to);
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
    }
  });
  out.on('response', end).on('error', end);
  out.end();
}

// Billet makes a user of the host known when it first sees their token. Support shall be there
// before anybody asks for it.
async function introduce(billet, key, user) {
  const answer = await fetch(new URL('/users/me', billet), {
    headers: { Authorization: `Bearer ${tokenWith(key, user)}` },
  });
  if (!answer.ok) throw new Error(`Billet answered ${answer.status} to a token of ours`);
}

function main() {
  const { BILLET = 'http://127.0.0.1:8080', PORT = '8090', KEY_FILE = 'demo-shop.key' } = process.env;
  const key_file = resolve(KEY_FILE);
  if (!existsSync(key_file)) writeFileSync(key_file, randomBytes(32).toString('hex'), { mode: 0o600 });
  const key = readFileSync(key_file);
  let introduced;
  const tokenOf = async (user) => {
    introduced ??= introduce(BILLET, key, 'tom').catch((error) => {
      introduced = undefined;
      console.error(`${error.message}: is it running, and does it trust this host?`);
    });
    await introduced;
    return { token: tokenWith(key, user), expires_in: token_ttl_s };
  };
  createHost({ billet: BILLET, tokenOf }).listen(Number(PORT), '127.0.0.1');
  console.log(`Billet must trust this host. Put this into a file and start Billet with it (make run CONFIG=that-file.toml):

[[host_tokens]]
issuer = "${issuer}"
audience = "${audience}"
algorithm = "HS256"
key_file = "${key_file}"

The shop: http://127.0.0.1:${PORT}   (in front of ${BILLET})`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
