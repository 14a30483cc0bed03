// Does the access matrix name everything that is opened, and nothing else?
// Usage: node open.mjs, with the URL of a migrated database in DATABASE_URL, as superuser. Prints what fails, and last "N passed, M failed".
import { readFileSync } from "node:fs";
import { accessCsv } from "./access.mjs";
import { measureAccess, prepareAccess } from "./measure.mjs";
import { OPENINGS } from "./openings.mjs";
import { differences } from "../differences.mjs";
import { connect } from "../../pg.mjs";

const committed = readFileSync(new URL("../../../../db/docs/access.csv", import.meta.url), "utf8");

/** Each line that {a,b} stands for. */
function expanded(line) {
  const [found, words] = /\{([^}]*)\}/.exec(line) ?? [];
  return found === undefined ? [line] : words.split(",").flatMap((word) => expanded(line.replace(found, word)));
}

// The first alone, and then the others together, because a measurement takes seconds: they share no cell.
const RUNS = [OPENINGS.slice(0, 1), OPENINGS.slice(1)];
let failed = 0;
const client = await connect(process.env.DATABASE_URL);
try {
  await prepareAccess(client);
  for (const openings of RUNS) {
    await client.query(`savepoint opened; ${openings.map(({ sql }) => sql).join("; ")}`);
    let named = differences("access.csv", committed, accessCsv(await measureAccess(client)));
    await client.query("rollback to opened");
    for (const { what, cells } of openings) {
      const missing = cells.flatMap(expanded).filter((line) => !named.includes(line));
      named = named.filter((line) => !cells.flatMap(expanded).includes(line));
      if (missing.length > 0) failed += 1;
      console.log([`   ${missing.length > 0 ? "NOT NAMED" : "named"}: ${what}`, ...missing].join("\n      "));
    }
    if (named.length > 0) {
      failed += 1;
      console.log(["   NAMED, though nobody opened it:", ...named].join("\n      "));
    }
  }
  console.log(`   ${OPENINGS.length - Math.min(failed, OPENINGS.length)} passed, ${failed} failed`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await client.end();
}
if (failed > 0) process.exitCode = 1;
