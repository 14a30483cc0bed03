// Runs all sources on an empty database, DATABASE_URL, in one transaction, and names the file and line of an
// error.
// Usage: DATABASE_URL=... node replay.mjs DB_FOLDER
import { connect, explain } from "../pg.mjs";
import { readSources } from "./files.mjs";

let client;
let running;
try {
  const parts = (await readSources(process.argv[2])).flatMap((section) => section.parts);
  client = await connect(process.env.DATABASE_URL);
  // Bodies may name later functions.
  await client.query("begin; set local check_function_bodies = off");
  for (running of parts) await client.query(running.text);
  await client.query("commit");
} catch (error) {
  if (running) console.error(`db/${running.path} does not go.`);
  console.error(explain(error, running?.text ?? ""));
  process.exitCode = 1;
} finally {
  await client?.end();
}
