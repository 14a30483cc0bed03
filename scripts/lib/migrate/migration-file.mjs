// A migration, in dbmate's format.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const UP = /^--\s*migrate:up(.*)\n/m;
const DOWN = /^--\s*migrate:down(.*)(\n|$)/m;

/** The statements of each way, and whether they run in a transaction: all or nothing. */
export function readMigration(folder, name) {
  const text = readFileSync(join(folder, name), "utf8");
  const up = UP.exec(text);
  const down = DOWN.exec(text);
  return {
    up: { sql: text.slice(up ? up.index + up[0].length : 0, down?.index), whole: isWhole(up) },
    down: { sql: down ? text.slice(down.index + down[0].length) : "", whole: isWhole(down) },
  };
}

function isWhole(header) {
  return !/\btransaction:false\b/.test(header?.[1] ?? "");
}
