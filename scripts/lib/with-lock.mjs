// Runs a command while holding an advisory lock in the database of DATABASE_URL, so that two
// deployments that migrate at once take turns.
// Usage: DATABASE_URL=... node with-lock.mjs COMMAND [ARGUMENT...]
import { spawn } from "node:child_process";
import { connect, explain } from "./pg.mjs";

const [command, ...rest] = process.argv.slice(2);
let client;
try {
  client = await connect(process.env.DATABASE_URL);
  await client.query("select pg_advisory_lock(hashtext('casefile migrations'))");
  process.exitCode = await new Promise((resolve, reject) => {
    const child = spawn(command, rest, { stdio: "inherit" });
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
} catch (error) {
  console.error(explain(error, ""));
  process.exitCode = 1;
} finally {
  await client?.end();
}
