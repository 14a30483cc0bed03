// Files of psql, such as the fixtures of tests/db, without psql: what \ir includes is included, and what concerns its output is left out.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The SQL of a file, with what it includes. */
export function sqlOf(path) {
  return readFileSync(path, "utf8")
    .split("\n")
    .map((line) => {
      const [, name] = /^\\ir (\S+)$/.exec(line) ?? [];
      return name === undefined ? line.replace(/^\\.*/, "") : sqlOf(join(dirname(path), name));
    })
    .join("\n");
}
