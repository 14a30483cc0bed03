// Names the differences between two folders of docs: in a CSV file, each cell with both values.
// Usage: node compare.mjs COMMITTED FRESH. Exit status: 0 alike, 1 different.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { differences, FILES } from "./differences.mjs";

const [committed, fresh] = process.argv.slice(2);
const SHOWN = 60;

const read = (folder, name) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : undefined);

function differencesIn(name) {
  const [was, is] = [committed, fresh].map((folder) => read(folder, name));
  if (was === is) return [];
  if (was === undefined) return [`${name} is missing`];
  if (is === undefined) return [`${name} is not written any more`];
  return name in FILES ? differences(name, was, is).map((difference) => `${name}: ${difference}`) : [`${name} differs`];
}

const names = [...new Set([committed, fresh].flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : [])))].sort();
const found = names.flatMap(differencesIn);
for (const difference of found.slice(0, SHOWN)) console.log(difference);
if (found.length > SHOWN) console.log(`... and ${found.length - SHOWN} more`);
if (found.length > 0) {
  console.error("error: db/docs is out of date: see above.\n       Run scripts/gen-docs and commit what it writes.");
  process.exitCode = 1;
}
