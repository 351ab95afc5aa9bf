// test/build.test.js — What a build consists of.

import test from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('..', import.meta.url));
const version = readFileSync(join(here, '../../VERSION'), 'utf8').trim();

test('a build names its script by version and digest, and nothing in its page by an absolute path', () => {
  execFileSync(join(here, 'install.sh'));
  const out = mkdtempSync(join(tmpdir(), 'billet-www.'));
  try {
    const said = execFileSync('node', [join(here, 'build.mjs'), join(out, 'www')], { encoding: 'utf8' });
    const file = (name) => readFileSync(join(out, 'www', name));
    const [name, integrity] = file('embed.integrity.txt').toString().trim().split(' ');
    assert.equal(name, `embed-${version}.js`);
    assert.equal(integrity, `sha384-${createHash('sha384').update(file(name)).digest('base64')}`);
    assert.ok(said.includes(`${name} ${integrity}`));
    assert.deepEqual(file(name), file('embed.js'));
    const addresses = [
      ...file('index.html')
        .toString()
        .matchAll(/(?:src|href)="([^"]*)"/g),
    ].map(([, address]) => address);
    assert.equal(addresses.length, 4);
    for (const address of addresses)
      assert.ok(!address.startsWith('/') && existsSync(join(out, 'www', address)), address);
    for (const one of readdirSync(join(out, 'www')).filter((path) => path.endsWith('.js')))
      assert.ok(existsSync(join(out, 'www', `${one}.gz`)), one);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});
