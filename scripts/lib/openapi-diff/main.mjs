// node main.mjs RELEASED DOCUMENT ACCEPTED: names what breaks or surprises clients of the released API document.
import { readFileSync } from "node:fs";
import { differences } from "./differences.mjs";

const [released, document] = process.argv.slice(2, 4).map((file) => JSON.parse(readFileSync(file, "utf8")));
const accepted = new Set(readFileSync(process.argv[4], "utf8").split("\n").filter((line) => line !== "" && !line.startsWith("#")));

const found = differences(released, document).map(({ kind, where, what }) => ({ kind, line: `${where}: ${what}` }));
const warnings = found.filter(({ kind }) => kind === "warns");
const breaks = found.filter(({ kind, line }) => kind === "breaks" && !accepted.has(line));
const stale = [...accepted].filter((line) => !found.some((difference) => difference.line === line));

for (const { line } of warnings) console.log(`   new for clients of ${released.info.version}: ${line}`);
for (const { line } of breaks) console.log(`   BREAKS clients of ${released.info.version}: ${line}`);
for (const line of stale) console.log(`   ACCEPTED IN VAIN, as it is not so: ${line}`);
console.log(`   since ${released.info.version}: ${breaks.length} breaking changes, ${accepted.size - stale.length} accepted ones, ${warnings.length} that are new`);
process.exitCode = breaks.length + stale.length > 0 ? 1 : 0;
