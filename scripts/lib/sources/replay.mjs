// Makes on an empty database, DATABASE_URL, all that the sources say, in one transaction, and says which file and line
// does not go.
// Usage: DATABASE_URL=... node replay.mjs DB_FOLDER
import { connect, explain } from "../pg.mjs";
import { readSources } from "./files.mjs";

let client;
let running;
try {
  const parts = (await readSources(process.argv[2])).flatMap((section) => section.parts);
  client = await connect(process.env.DATABASE_URL);
  // Bodies may name functions that come later.
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
