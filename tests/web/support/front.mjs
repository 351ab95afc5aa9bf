// tests/web/support/front.mjs — A site of somebody else's: an nginx of its own in front of the
// stack, which serves pages and has Billet below /chat/.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const example = join(import.meta.dirname, '../../../nginx/prefix.conf.example');

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// `pages`: path → text. Answers { base, stop }. The example is used word for word but for the
// address of Billet.
export async function startFront(stack, pages) {
  const dir = mkdtempSync(join(tmpdir(), 'billet-front.'));
  for (const [path, text] of Object.entries(pages)) {
    mkdirSync(join(dir, 'site', dirname(path)), { recursive: true });
    writeFileSync(join(dir, 'site', path), text);
  }
  writeFileSync(
    join(dir, 'prefix.conf'),
    readFileSync(example, 'utf8').replaceAll(/127\.0\.0\.1:\d+/g, new URL(stack.base).host),
  );
  const port = await freePort();
  writeFileSync(
    join(dir, 'nginx.conf'),
    `
${process.getuid() === 0 ? 'user root;' : ''}
daemon off;
pid ${dir}/pid;
error_log ${dir}/error.log notice;
events { worker_connections 512; }
http {
    types { text/html html; application/json json; text/javascript js; }
    access_log off;
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `    ${name}_temp_path ${dir}/temp-${name};`).join('\n')}
    server {
        listen 127.0.0.1:${port};
        root ${dir}/site;
        include ${dir}/prefix.conf;
    }
}
`,
  );
  const nginx = spawn('nginx', ['-c', join(dir, 'nginx.conf'), '-e', join(dir, 'error.log')], { stdio: 'ignore' });
  const ended = new Promise((resolve) => nginx.once('close', resolve));
  const base = `http://127.0.0.1:${port}`;
  const stop = async () => {
    nginx.kill('SIGTERM');
    await ended;
    rmSync(dir, { recursive: true, force: true });
  };
  for (const end = Date.now() + 15_000; ;) {
    if (
      await fetch(`${base}/chat/healthz`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return { base, stop };
    if (Date.now() > end) {
      const log = readFileSync(join(dir, 'error.log'), 'utf8');
      await stop();
      throw new Error(`the site in front did not come up: ${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
