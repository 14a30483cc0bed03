// Migrates a database, one deployment at a time, and reports the result in plain words.
// Usage: DATABASE_URL=... node main.mjs migrate|rollback FOLDER WAIT LOCK_WAIT LOCK_TRIES DBMATE [OPTION...]
import { readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { runDbmate } from "./dbmate.mjs";
import { LockWaits } from "./lock-waits.mjs";
import { readMigration } from "./migration-file.mjs";
import { requireMigrator } from "./migrator.mjs";
import { explain } from "../pg.mjs";
import { Complaint, databaseUrls, reach } from "./reach.mjs";
import { withLock } from "./with-lock.mjs";

const [command, folder, wait, lockWait, lockTries, ...dbmate] = process.argv.slice(2);
const migrates = command === "migrate";
const say = (line) => console.log(line);

const NO_LOCK = "55P03";
const SHORTEST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;

const WHY = {
  42704: ["If it is a role that does not exist: apply db/roles.sql to the database as an administrator, then run this again."],
  57014: ["It took longer than the login's statement_timeout allows, or it was cancelled."],
  42501: [
    "casefile_owner may not do that. Apply db/roles.sql to the database as an administrator.",
    "What only an administrator may do belongs there, and not in a migration.",
  ],
};

const HIDDEN_ROWS = [
  "It touches rows that row-level security hides from the owner too, so that it would pass over them in silence.",
  "Put \"alter table ... no force row level security\" before those statements, and \"... force ...\" after them.",
];

/** Returns the names of the successful migrations. */
async function run(url, signal, ask) {
  const done = [];
  const waits = new LockWaits(ask);
  for (let tries = 1; ; tries++) {
    const before = done.length;
    const { succeeded, said, name } = await waits.during(() => runOnce(url, signal, done));
    if (succeeded) return done;
    if (done.length > before) tries = 1;
    if (codeOf(said) !== NO_LOCK) throw failure(said, name, done.length, why(said));
    // A statement outside a transaction may be half done.
    const mayRepeat = name && isWhole(name) && tries < Number(lockTries);
    if (!mayRepeat) throw failure(said, name, done.length, gaveUp(tries, waits));
    await waitForTurn(tries, waits, signal);
  }
}

/** Runs dbmate, and adds to `done`. If it failed, returns its output and the migration. */
async function runOnce(url, signal, done) {
  let running;
  const settle = (outcome) => {
    if (running) say(outcome);
    running = undefined;
  };
  // dbmate also says that a failed migration ended: only the start of the next one proves success.
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
    const name = running?.name;
    if (succeeded) succeed();
    return { succeeded, said, name };
  } finally {
    settle("failed");
  }
}

/** Meanwhile, statements that waited for the migration run. */
async function waitForTurn(tries, waits, signal) {
  const longest = Math.min(LONGEST_PAUSE, SHORTEST_PAUSE * 1.6 ** (tries - 1));
  const milliseconds = longest * (0.75 + Math.random() / 2);
  for (const line of waits.describe()) say(`   ${line}`);
  say(`   It is rolled back whole. Try ${tries + 1} of ${lockTries} in ${(milliseconds / 1000).toFixed(1)} s.`);
  try {
    await pause(milliseconds, undefined, { signal });
  } catch {
    throw signal.reason;
  }
}

function gaveUp(tries, waits) {
  return [
    `It did not get its lock, tries: ${tries}. None waits longer than lock_timeout, as all others wait behind it.`,
    ...waits.describe(),
    "Run this again when that transaction is over, or try more often with --lock-tries N.",
  ];
}

function codeOf(said) {
  return /\(([0-9A-Z]{5})\)/.exec(said)?.[1];
}

function why(said) {
  const code = codeOf(said);
  return code === "42501" && /row-level security/.test(said) ? HIDDEN_ROWS : WHY[code];
}

function isWhole(name) {
  return readMigration(folder, name)[migrates ? "up" : "down"].whole;
}

function failure(said, name, done, reasons) {
  if (!name) return new Complaint(said || "dbmate failed without a word.", ...(reasons ?? []), "Nothing was changed.");
  return new Complaint(
    `${name}: ${said}`,
    isWhole(name) ? "It is rolled back whole." : "It runs outside of a transaction: see what it left behind.",
    `Applied before it, and there to stay: ${done}.`,
    ...(reasons ?? ["Repair it, and run this again."]),
  );
}

try {
  const { client, url } = await reach(databaseUrls(process.env.DATABASE_URL), Number(wait), say);
  await requireMigrator(client);
  const done = await withLock(client, Number(lockWait), say, (signal, ask) => run(url, signal, ask));
  const known = readdirSync(folder).filter((name) => name.endsWith(".sql")).length;
  if (done.length === 0) say(`Nothing to do: the database has all ${known} migrations.`);
  else if (migrates) say(`${done.length} applied; the database has all ${known} migrations.`);
  process.exit(0);
} catch (error) {
  console.error(error instanceof Complaint ? error.message : explain(error, ""));
  process.exit(1);
}
