// compare-sbom.mjs SBOM TREE: the bill of materials has each crate of cargo's tree, and each with licence, digest and purl.
import { readFileSync } from "node:fs";

const [sbom, tree] = process.argv.slice(2);
const { components } = JSON.parse(readFileSync(sbom, "utf8"));
const linked = readFileSync(tree, "utf8").split("\n").map((line) => /^(\S+) v(\S+)/.exec(line)).filter(Boolean);
const wanted = new Set(linked.map(([, name, version]) => `${name}@${version}`).filter((crate) => !crate.startsWith("casefile@")));
const found = new Map(components.map((component) => [`${component.name}@${component.version}`, component]));

const faults = [...wanted].filter((crate) => !found.has(crate)).map((crate) => `${crate} is linked and not listed`);
for (const [crate, { hashes, licenses, purl }] of found) {
  if (!/^[0-9a-f]{64}$/.test(hashes?.find(({ alg }) => alg === "SHA-256")?.content)) faults.push(`${crate} has no SHA-256`);
  if (!licenses?.length) faults.push(`${crate} has no licence`);
  if (purl !== `pkg:cargo/${crate}`) faults.push(`${crate} has another purl: ${purl}`);
}
if (wanted.size < 100) faults.push(`cargo's tree has only ${wanted.size} crates`);
if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}
console.log(`   ${found.size} crates listed, ${wanted.size} of them linked here`);
