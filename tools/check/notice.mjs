// tools/check/notice.mjs SBOM NOTICE — One line for each fault: a bill of materials that does not
// hold together, a NOTICE that says something else.
import { readFileSync } from 'node:fs';

const [sbom_file, notice_file] = process.argv.slice(2);
const sbom = JSON.parse(readFileSync(sbom_file, 'utf8'));
const faults = [];
const property = (component, name) => component.properties?.find((one) => one.name === name)?.value;

// The document: of its kind, each reference once and somewhere, each library with version, purl and
// licence.
if (sbom.bomFormat !== 'CycloneDX' || sbom.specVersion !== '1.5' || !/^urn:uuid:[0-9a-f-]{36}$/.test(sbom.serialNumber))
  faults.push('the SBOM is not CycloneDX 1.5');
const references = [sbom.metadata.component, ...sbom.components].map((component) => component['bom-ref']);
if (new Set(references).size !== references.length) faults.push('a reference of the SBOM stands there twice');
for (const { ref, dependsOn } of sbom.dependencies) {
  for (const one of [ref, ...dependsOn])
    if (!references.includes(one)) faults.push(`the SBOM refers to ${one}, which is not in it`);
}
const reached = new Set(sbom.dependencies.flatMap(({ dependsOn }) => dependsOn));
for (const reference of references.slice(1))
  if (!reached.has(reference)) faults.push(`nothing in the SBOM needs ${reference}`);
for (const component of sbom.components) {
  if (!component.version || !component.licenses?.[0]?.expression || (component.type === 'library' && !component.purl))
    faults.push(`${component.name} lacks version, licence or purl in the SBOM`);
}

// NOTICE: the same sources under the same licences.
const notice = readFileSync(notice_file, 'utf8');
const named_in = (text) =>
  new Map([...text.matchAll(/^ {2}(\S+) +(\S.*?) {2,}\S/gm)].map(([, source, licence]) => [source, licence]));
const noticed = named_in(notice);
// What only one of the Debians has.
const one_only = named_in(/^Shared libraries on Debian \d+ only:\n\n(?: {2}.*\n)+/m.exec(notice)?.[0] ?? '');
const linked = new Map();
for (const component of sbom.components.filter(({ type }) => type === 'library'))
  linked.set(property(component, 'billet:source'), component.licenses[0].expression);
for (const [source, licence] of linked) {
  if (!noticed.has(source)) faults.push(`NOTICE does not name ${source} (${licence})`);
  else if (noticed.get(source) !== licence)
    faults.push(`NOTICE says '${noticed.get(source)}' of ${source}, its package says '${licence}'`);
}
for (const source of noticed.keys())
  if (!linked.has(source) && !one_only.has(source))
    faults.push(`NOTICE names ${source}, which is not part of anything`);

// What nobody may change without a thought: the GPL is in the programs that talk to the database,
// and not in billet-wsd.
const byReference = new Map(sbom.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
const needsDeeply = (reference, seen = new Set()) => {
  for (const one of byReference.get(reference) ?? []) if (!seen.has(one)) needsDeeply(one, seen.add(one));
  return seen;
};
const gpl = sbom.components
  .filter(({ licenses }) => /^GPL-2\.0-only/.test(licenses[0].expression))
  .map((component) => component['bom-ref']);
for (const reference of needsDeeply('billet:billet-wsd'))
  if (gpl.includes(reference)) faults.push(`billet-wsd is linked with ${reference}, which is under the GPL`);

for (const fault of faults) console.log(fault);
process.exitCode = faults.length ? 1 : 0;
