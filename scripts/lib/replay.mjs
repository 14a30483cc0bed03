// Runs every function source and then every policy source against DATABASE_URL, in one transaction,
// and says which file and line does not go.
// Usage: DATABASE_URL=... node replay.mjs DB_FOLDER
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { connect, explain } from "./pg.mjs";

const folder = process.argv[2];
const ORDER = ["functions/core", "functions/audit", "functions/auth", "functions/worker", "functions/api", "policies"];

const sources = ORDER.flatMap((part) =>
  readdirSync(join(folder, part))
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => join(folder, part, name)),
);

let client;
let text = "";
let file = "";
try {
  client = await connect(process.env.DATABASE_URL);
  // Bodies may name functions that come later.
  await client.query("begin; set local check_function_bodies = off");
  for (file of sources) {
    text = readFileSync(file, "utf8");
    await client.query(text);
  }
  await client.query("commit");
} catch (error) {
  console.error(`db/${relative(folder, file)} does not replay.`);
  console.error(explain(error, text));
  process.exitCode = 1;
} finally {
  await client?.end();
}
