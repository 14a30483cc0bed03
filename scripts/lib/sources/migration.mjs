// Prints the migration with the difference between the sources and the other migrations, and the way back. Prints nothing
// if there is no difference.
// Usage: node migration.mjs DB_FOLDER MIGRATION... (the others, in their order)
import { readFileSync } from "node:fs";
import { difference } from "./difference.mjs";
import { Facts } from "./facts.mjs";
import { readSources } from "./files.mjs";
import { statementsOf } from "./statements.mjs";

const [folder, ...migrations] = process.argv.slice(2);

async function factsOf(texts) {
  const facts = new Facts();
  for (const [name, text] of texts) {
    for (const statement of await statementsOf(text, name)) facts.apply(statement);
  }
  return facts;
}

const HEAD = "-- Bodies may name functions that come later.\nset local check_function_bodies = off;";
// A migrating login gets an error if row-level security would hide rows; these have a policy for it.
const BEFORE_ROWS = "-- Reference rows: casefile_owner has a policy for them.\nset local row_security = on;";

const texts = (parts) =>
  parts.map(([path, statements]) => {
    const between = (one) => (one.includes("\n") ? "\n\n" : "\n");
    return (path ? `-- db/${path}\n` : "") + statements.reduce((text, one) => text + between(one) + one);
  });

const rowTexts = (rows) => (rows.length > 0 ? [BEFORE_ROWS, ...texts(rows)] : []);

try {
  const before = await factsOf(migrations.map((file) => [file, readFileSync(file, "utf8").split("-- migrate:down")[0]]));
  const sources = (await readSources(folder)).flatMap((section) => section.parts);
  const now = await factsOf(sources.map(({ path, text }) => [path, text]));
  const up = await difference(before, now, { isBack: false });
  const down = await difference(now, before, { isBack: true });
  if (up.objects.length + up.rows.length > 0) {
    console.log(
      [
        "-- migrate:up",
        "-- Written by scripts/gen-migration: what changed in the sources in db/.",
        ...[HEAD, ...texts(up.objects), ...rowTexts(up.rows)],
        "-- migrate:down",
        ...[HEAD, ...rowTexts(down.rows), ...texts(down.objects)],
      ].join("\n\n"),
    );
  }
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
}
