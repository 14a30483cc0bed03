// Migrates a database, one deployment at a time, and says in plain words what came of it.
// Usage: DATABASE_URL=... node migrate.mjs migrate|rollback FOLDER WAIT LOCK_WAIT DBMATE [OPTION...]
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runDbmate } from "./dbmate.mjs";
import { explain } from "./pg.mjs";
import { Complaint, databaseUrl, reach } from "./reach.mjs";
import { withLock } from "./with-lock.mjs";

const [command, folder, wait, lockWait, ...dbmate] = process.argv.slice(2);
const migrates = command === "migrate";
const say = (line) => console.log(line);

const WHY = {
  "55P03": [
    "It waited for a lock of another transaction, longer than the login's lock_timeout allows, and gave up, as all",
    "others wait behind it. Look for long transactions in pg_stat_activity, and run this again when they are over.",
  ],
  57014: ["It took longer than the login's statement_timeout allows, or somebody cancelled it."],
  42501: ["DATABASE_URL must be that of the login casefile_migrator, and db/roles.sql be applied to the database."],
};

/** Gives the names of the migrations that went well. */
async function run(client, url, signal) {
  const done = [];
  let running;
  const settle = (outcome) => {
    if (running) say(outcome);
    running = undefined;
  };
  // Of a migration that failed dbmate says that it ended, too: only the next one's beginning is proof.
  const succeed = () => {
    if (running) done.push(running.name);
    settle(`${Math.round(running?.took)} ms`);
  };
  try {
    const { succeeded, said } = await runDbmate([...dbmate, command, ...(migrates ? ["--strict"] : [])], url, signal, {
      begins(name) {
        succeed();
        running = { name, from: performance.now() };
        process.stdout.write(`${migrates ? "Applying" : "Taking back"} ${name}: `);
      },
      ends() {
        running.took = performance.now() - running.from;
      },
    });
    if (!succeeded) throw failure(said, running?.name, done.length);
    succeed();
  } finally {
    settle("failed");
  }
  return done;
}

function failure(said, name, done) {
  const why = WHY[/\(([0-9A-Z]{5})\)/.exec(said)?.[1]];
  if (!name) return new Complaint(said || "dbmate failed without a word.", ...(why ?? []), "Nothing was changed.");
  const whole = !readFileSync(join(folder, name), "utf8").includes("transaction:false");
  return new Complaint(
    `${name}: ${said}`,
    whole ? "It is rolled back whole." : "It runs outside of a transaction: see what it left behind.",
    `Applied before it, and there to stay: ${done}.`,
    ...(why ?? ["Repair it, and run this again."]),
  );
}

try {
  const url = databaseUrl(process.env.DATABASE_URL);
  const client = await reach(url, Number(wait), say);
  const done = await withLock(client, Number(lockWait), say, (signal) => run(client, url, signal));
  const known = readdirSync(folder).filter((name) => name.endsWith(".sql")).length;
  if (done.length === 0) say(`Nothing to do: the database has all ${known} migrations.`);
  else if (migrates) say(`${done.length} applied; the database has all ${known} migrations.`);
  process.exit(0);
} catch (error) {
  console.error(error instanceof Complaint ? error.message : explain(error, ""));
  process.exit(1);
}
