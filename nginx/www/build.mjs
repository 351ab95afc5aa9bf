// build.mjs OUTDIR — Bundles the client into OUTDIR, which is made anew. See README.md for what
// lies where.
//
// Names in assets/ carry a hash of the content. Every text has a .gz beside it, so that nginx need
// not compress.

import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
const out = process.argv[2];
if (!out) throw new Error('usage: node build.mjs OUTDIR');

const bundle_bytes_max = 60 * 1024; // of the page's script, compressed
const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  legalComments: 'none',
  banner: {
    js: '/*! Billet, Apache-2.0. Contains code of others: licenses.txt beside the page has their notices. */',
  },
  target: ['es2022'],
  charset: 'utf8',
  logLevel: 'warning',
};

// Blanks between the tags and rules of templates are for those who read the source.
const tightTemplates = {
  name: 'tight-templates',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/view\/.*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/\n +(?=[^\n])/g, '\n'),
      loader: 'js',
    }));
  },
};

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, 'assets'), { recursive: true });

const page = await build({
  ...common,
  entryPoints: ['src/main.js', 'static/page.css'],
  format: 'esm',
  outdir: join(out, 'assets'),
  entryNames: '[name]-[hash]',
  metafile: true,
  plugins: [tightTemplates],
});
// For a host page that pins what it loads: a name that bears the version, and the digest for its
// integrity attribute. embed.js is the same file.
const version = readFileSync(join(here, '../../VERSION'), 'utf8').trim();
const pinned = `embed-${version}.js`;
await build({
  ...common,
  entryPoints: ['src/embed.js'],
  format: 'iife',
  outfile: join(out, pinned),
  plugins: [tightTemplates],
});
copyFileSync(join(out, pinned), join(out, 'embed.js'));
const integrity = `${pinned} sha384-${createHash('sha384')
  .update(readFileSync(join(out, pinned)))
  .digest('base64')}`;
writeFileSync(join(out, 'embed.integrity.txt'), `${integrity}\n`);

// Addresses in the page are relative to it: the site may be below a path.
const names = Object.fromEntries(
  Object.entries(page.metafile.outputs).map(([file, { entryPoint }]) => [
    basename(entryPoint),
    `assets/${basename(file)}`,
  ]),
);
const index = readFileSync(join(here, 'static/index.html'), 'utf8').replace(/\{\{(.+?)\}\}/g, (_, name) => names[name]);
writeFileSync(join(out, 'index.html'), index);
for (const name of ['icon.svg', 'manifest.webmanifest']) copyFileSync(join(here, 'static', name), join(out, name));
// For the private stack of `make run`: tools/install.sh leaves it out.
mkdirSync(join(out, 'demo'));
for (const name of readdirSync(join(here, 'demo')).filter((one) => /\.(html|css|js)$/.test(one)))
  copyFileSync(join(here, 'demo', name), join(out, 'demo', name));

// What the bundle has of others, with the notices that they ask for.
const packages = [
  ...new Set(
    Object.keys(page.metafile.inputs)
      .map((file) => file.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1])
      .filter(Boolean),
  ),
].sort();
const notices = packages.map((name) => {
  const { version, license } = JSON.parse(readFileSync(join(here, 'node_modules', name, 'package.json'), 'utf8'));
  return `=== ${name} ${version} (${license})\n\n${readFileSync(join(here, 'node_modules', name, 'LICENSE'), 'utf8').trim()}\n`;
});
writeFileSync(
  join(out, 'licenses.txt'),
  ["Billet's web client is under the Apache License 2.0 and contains:\n", ...notices].join('\n'),
);

for (const path of readdirSync(out, { recursive: true })
  .map((name) => join(out, name))
  .filter((path) => /\.(js|css|html|svg|webmanifest)$/.test(path))) {
  writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
}

const size = readFileSync(join(out, names['main.js'] + '.gz')).length;
console.log(
  `web client: the page's script has ${(size / 1024).toFixed(1)} KB compressed (at most ${bundle_bytes_max / 1024})`,
);
console.log(`web client: ${integrity}`);
if (size > bundle_bytes_max) process.exit(1);
