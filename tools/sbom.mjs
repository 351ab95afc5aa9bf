// tools/sbom.mjs BUILD_DIR WEB_DIR OUT — Writes a CycloneDX 1.5 bill of materials: what the
// programs and the web client really contain.
//
// Asked, not listed by hand: the linker's answer for each program (ldd), the compiler's for headers
// that are compiled in (g++ -M), Debian's packages for whose files these are, their copyright files
// for licences, and the client's licenses.txt for what was bundled.
import { createHash } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [build_dir, web_dir, out] = process.argv.slice(2);
if (!out) throw new Error('usage: node tools/sbom.mjs BUILD_DIR WEB_DIR OUT');
const repo = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const programs = ['billet-api', 'billet-wsd', 'billetctl'];
// Opened while running, by a name that no linker sees: libwebsockets on libev's loop.
const opened = { 'billet-wsd': ['libwebsockets-evlib-ev'] };
// Of the toolchain: their headers leave nothing in a program but what their libraries bring, which
// are asked for by themselves.
const toolchain = /^(glibc|gcc|linux|libxcrypt)$/;

const lines = (text) => text.split('\n').filter(Boolean);
const run = (command, ...args) =>
  lines(
    execFileSync(command, args, {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      maxBuffer: 1 << 26,
      cwd: repo,
    }),
  );
const sha256 = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

// --- Debian's packages ---------------------------------------------------------------------------

// The package of each file; files of nobody are left out. Debian knows some by their name without
// /usr.
function ownersOf(files) {
  const names = files.flatMap((file) => [file, file.replace(/^\/usr/, '')]);
  const found = spawnSync('dpkg', ['-S', ...names], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 1 << 26,
  });
  const owner = new Map(lines(found.stdout).map((line) => [line.replace(/^.*?: /, ''), line.split(/[:,]/)[0]]));
  return new Map(
    files.map((file) => [file, owner.get(file) ?? owner.get(file.replace(/^\/usr/, ''))]).filter(([, name]) => name),
  );
}

const packages = new Map();
function packageOf(name) {
  if (!packages.has(name)) packages.set(name, askPackage(name));
  return packages.get(name);
}
function askPackage(name) {
  const [version, arch, source] = run(
    'dpkg-query',
    '-W',
    '-f',
    '${Version}\n${Architecture}\n${source:Package}\n',
    name,
  );
  // Debian has several versions of these side by side, each a source of its own.
  return { name, version, arch, source: source.replace(/^(gcc-|boost)[\d.]+$/, (_, name) => name.replace('-', '')) };
}

// A package whose library has another licence than most of its source has a stanza of its own.
const stanza_of = { mariadb: 'libmariadb/*' };
// Copyright files without a form that a program reads: what they must say for the answer to stand.
const by_hand = {
  glibc: [
    'LGPL-2.1-or-later',
    /GNU Lesser General Public\s+License as published by the Free Software Foundation; either\s+version 2\.1/,
  ],
  gcc: ['GPL-3.0-or-later WITH GCC-exception-3.1', /GCC RUNTIME LIBRARY EXCEPTION\s+Version 3\.1/i],
};
const spdx_names = {
  Expat: 'MIT',
  'Expat with embedded exception': 'MIT WITH fmt-exception',
  'BSD-2-clause': 'BSD-2-Clause',
  'BSD-3-clause': 'BSD-3-Clause',
  'GPL-2': 'GPL-2.0-only',
  'GPL-2+': 'GPL-2.0-or-later',
  'LGPL-2+': 'LGPL-2.0-or-later',
  FASTCGI: 'OML',
  'GPL-2 and exception-universal-FOSS': 'GPL-2.0-only WITH Universal-FOSS-exception-1.0',
};
const spdx = (name) =>
  spdx_names[name] ??
  name
    .split(/ (?:or|OR) /)
    .map((part) => spdx_names[part] ?? part)
    .join(' OR ');

function licenceOf({ name, source }) {
  const text = readFileSync(`/usr/share/doc/${name}/copyright`, 'utf8');
  if (by_hand[source]) {
    const [licence, proof] = by_hand[source];
    if (!proof.test(text)) throw new Error(`/usr/share/doc/${name}/copyright does not say ${licence} any more`);
    return licence;
  }
  const wanted = stanza_of[source] ?? '*';
  const stanza = text
    .split(/\n\s*\n/)
    .find((one) => new RegExp(`^Files:\\s*${wanted.replace(/[*]/g, '\\*')}\\s*$`, 'm').test(one));
  const licence = stanza?.match(/^License:\s*(.+?)\s*$/m)?.[1];
  if (!licence) throw new Error(`/usr/share/doc/${name}/copyright names no licence for ${wanted}`);
  return spdx(licence);
}

const { ID: distribution, VERSION_ID: release } = Object.fromEntries(
  lines(readFileSync('/etc/os-release', 'utf8')).map((line) => line.replace(/"/g, '').split('=')),
);
const components = new Map();

// Returns the reference of a package's component, which is made at first sight; nothing for the
// toolchain's headers.
function debian(name, linkage, file) {
  const found = packageOf(name);
  const purl = `pkg:deb/${distribution}/${encodeURIComponent(name)}@${encodeURIComponent(found.version)}?arch=${found.arch}&distro=${distribution}-${release}`;
  if (!components.has(purl)) {
    components.set(purl, {
      type: 'library',
      'bom-ref': purl,
      name,
      version: found.version,
      purl,
      licenses: [{ expression: licenceOf(found) }],
      ...(file && { hashes: [{ alg: 'SHA-256', content: sha256(file) }] }),
      properties: [
        { name: 'billet:linkage', value: linkage },
        { name: 'billet:source', value: found.source },
      ],
    });
  }
  return purl;
}

// --- Programs ------------------------------------------------------------------------------------

const needs = new Map(); // reference → set of references
const need = (from, to) => needs.set(from, (needs.get(from) ?? new Set()).add(to));
const neededNames = (file) =>
  run('readelf', '-d', file)
    .map((line) => line.match(/\(NEEDED\).*\[(.+)\]/)?.[1])
    .filter(Boolean);

function libraries(program, reference) {
  const file_of = new Map(
    run('ldd', join(build_dir, program))
      .map((line) => line.match(/^\s*(\S+) => (\/\S+)/))
      .filter(Boolean)
      .map(([, name, path]) => [name, realpathSync(path)]),
  );
  const owner = ownersOf([...file_of.values()]);
  const referenceOf = (name) =>
    owner.has(file_of.get(name)) ? debian(owner.get(file_of.get(name)), 'shared', file_of.get(name)) : undefined;
  for (const [name, file] of file_of) {
    if (!owner.has(file)) throw new Error(`${program} is linked with ${file}, which is of no package`);
    for (const other of neededNames(file))
      if (referenceOf(other) && referenceOf(other) !== referenceOf(name)) need(referenceOf(name), referenceOf(other));
  }
  for (const name of neededNames(join(build_dir, program))) if (referenceOf(name)) need(reference, referenceOf(name));
  for (const name of opened[program] ?? []) need(reference, debian(name, 'opened'));
}

// All headers of others that our sources name, seen by the compiler at once.
function headerPackages() {
  const folders = ['lib', 'fcgi', 'wsd', 'tools/billetctl'];
  const sources = folders
    .flatMap((folder) => readdirSync(join(repo, folder), { recursive: true }).map((name) => join(folder, name)))
    .filter((name) => /\.(h|cpp)$/.test(name));
  const named = new Set(
    sources.flatMap((name) => readFileSync(join(repo, name), 'utf8').match(/^#include <.+>/gm) ?? []),
  );
  const flags = run('pkg-config', '--cflags', 'spdlog', 'fmt').join(' ').split(' ').filter(Boolean);
  const rule = execFileSync(process.env.CXX ?? 'g++', ['-std=c++20', ...flags, '-M', '-x', 'c++', '-'], {
    input: [...named].sort().join('\n'),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const files = [
    ...new Set(
      rule
        .split(/[\s\\]+/)
        .filter((name) => name.startsWith('/usr/'))
        .map((name) => realpathSync(name)),
    ),
  ];
  return [...new Set(ownersOf(files).values())].sort();
}

const version = readFileSync(join(repo, 'Makefile'), 'utf8').match(/^VERSION := (\S+)/m)[1];
const ours = (name, type) => ({
  type,
  'bom-ref': `billet:${name}`,
  name,
  version,
  licenses: [{ expression: 'Apache-2.0' }],
});
const root = ours('billet', 'application');
for (const program of programs) {
  const component = {
    ...ours(program, 'application'),
    hashes: [{ alg: 'SHA-256', content: sha256(join(build_dir, program)) }],
  };
  components.set(component['bom-ref'], component);
  need(root['bom-ref'], component['bom-ref']);
  libraries(program, component['bom-ref']);
}
const linked_sources = new Set(
  [...components.values()].flatMap(({ properties }) =>
    (properties ?? []).filter(({ name }) => name === 'billet:source').map(({ value }) => value),
  ),
);
for (const name of headerPackages()) {
  const { source } = packageOf(name);
  if (!toolchain.test(source) && !linked_sources.has(source)) need(root['bom-ref'], debian(name, 'header'));
}

// --- The web client ------------------------------------------------------------------------------

const web = ours('billet-www', 'application');
components.set(web['bom-ref'], web);
need(root['bom-ref'], web['bom-ref']);
const lock = JSON.parse(readFileSync(join(repo, 'nginx/www/package-lock.json'), 'utf8')).packages;
if (!existsSync(join(web_dir, 'licenses.txt')))
  throw new Error(`${web_dir}/licenses.txt is missing: run make web first`);
for (const [, name, bundled] of readFileSync(join(web_dir, 'licenses.txt'), 'utf8').matchAll(
  /^=== (\S+) (\S+) \(.+\)$/gm,
)) {
  const { integrity, license } = lock[`node_modules/${name}`];
  const purl = `pkg:npm/${name.replace('@', '%40')}@${bundled}`;
  components.set(purl, {
    type: 'library',
    'bom-ref': purl,
    name,
    version: bundled,
    purl,
    licenses: [{ expression: license }],
    hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex') }],
    properties: [
      { name: 'billet:linkage', value: 'bundled' },
      { name: 'billet:source', value: name },
    ],
  });
  need(web['bom-ref'], purl);
}

// --- The document --------------------------------------------------------------------------------

const sorted = [...components.values()].sort((one, other) => (one['bom-ref'] < other['bom-ref'] ? -1 : 1));
const dependencies = [root, ...sorted].map(({ 'bom-ref': ref }) => ({
  ref,
  dependsOn: [...(needs.get(ref) ?? [])].sort(),
}));
const digest = createHash('sha256')
  .update(JSON.stringify([sorted, dependencies]))
  .digest('hex');
const seconds = process.env.SOURCE_DATE_EPOCH ? Number(process.env.SOURCE_DATE_EPOCH) : Math.floor(Date.now() / 1000);
writeFileSync(
  out,
  `${JSON.stringify(
    {
      $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      serialNumber: `urn:uuid:${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`,
      version: 1,
      metadata: { timestamp: new Date(seconds * 1000).toISOString().replace('.000Z', 'Z'), component: root },
      components: sorted,
      dependencies,
    },
    null,
    2,
  )}\n`,
);
console.log(`${out}: ${sorted.length} components`);
