// Reads files of psql, such as the fixtures of tests/db, without psql: follows \ir, and leaves out commands for output.
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
