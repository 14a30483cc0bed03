// A copy of a caseload, with a server on it, and what the workloads want to know of it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "../pg.mjs";
import { startServer } from "./server.mjs";
import { state, superuserUrl } from "./settings.mjs";

const source = (name) => readFileSync(new URL(name, import.meta.url), "utf8");

export async function openLoad(cases) {
  const database = `bench_${cases}`;
  const client = await connect(superuserUrl(database));
  await client.query(`alter database ${database} reset log_statement`); // if statements.mjs was cut off
  const renewSessions = () => client.query(source("sessions.sql"));
  await renewSessions();
  const { rows } = await client.query({ text: source("readers.sql"), rowMode: "array" });
  const readers = join(state, `readers-${cases}`);
  writeFileSync(readers, rows.map((row) => `${row.join("\t")}\n`).join(""));
  const server = await startServer(database);
  return {
    cases,
    database,
    readers,
    server,
    renewSessions,
    checkpoint: () => client.query("checkpoint"),
    /** The first of so many fresh cases that nobody has moved yet, in the order of caseload.mjs. */
    async takeFresh(count) {
      const { rows } = await client.query(
        `update bench.fresh_cases set taken = taken + ${count} where taken + ${count} <= count returning taken - ${count} as first`,
      );
      if (rows.length === 0) throw new Error("No fresh cases are left for W6. Run again without --keep.");
      return Number(rows[0].first);
    },
    async close() {
      await server.stop();
      await client.end();
    },
  };
}
