// Compares the clients' answers with the database.
import { readFileSync } from "node:fs";
import { sleep, until } from "./time.mjs";

const INVARIANTS = readFileSync(new URL("invariants.sql", import.meta.url), "utf8");

/** How many breaches of a rule are listed. */
const TOLD = 2;

/** Waits until nothing is running: a request that was cut off may still be. */
export async function checkDatabase(client, journal) {
  await until("the last statements are done", () => isQuiet(client), 10_000, 100);
  await sleep(600); // what is idle in a transaction is so for a while
  return findBreaches(client, journal);
}

/** In the transaction of `client`: each broken rule, and where. */
export async function findBreaches(client, journal) {
  await client.query(
    `create temporary table journal (token text, kind text, case_id uuid, outcome text, version integer)`,
  );
  await client.query(
    `insert into journal
     select * from jsonb_to_recordset($1) as w (token text, kind text, case_id uuid, outcome text, version integer)`,
    [JSON.stringify(journal.writes)],
  );
  await client.query("analyze journal");
  const { rows } = await client.query(INVARIANTS);
  await client.query("drop table journal");

  const rules = new Map();
  for (const { rule, subject } of rows) rules.set(rule, [...(rules.get(rule) ?? []), subject]);
  return rules;
}

/** A line for each broken rule. */
export function describe(rules) {
  return [...rules].map(([rule, subjects]) => {
    const more = subjects.length > TOLD ? ` and ${subjects.length - TOLD} more` : "";
    return `${rule} (${subjects.slice(0, TOLD).join("; ")}${more})`;
  });
}

async function isQuiet(client) {
  const { rows } = await client.query(
    `select from pg_stat_activity
     where datname = current_database() and usename = 'casefile_api' and state = 'active'`,
  );
  return rows.length === 0;
}
