// A copy of a caseload, with a server on it, and facts that the workloads need.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "../pg.mjs";
import { caseId } from "./caseload.mjs";
import { startServer } from "./server.mjs";
import { state, superuserUrl } from "./settings.mjs";
import { endTracing } from "./statements.mjs";

const source = (name) => readFileSync(new URL(name, import.meta.url), "utf8");

export async function openLoad(cases) {
  const database = `bench_${cases}`;
  const client = await connect(superuserUrl(database));
  await client.query("alter role casefile_api connection limit -1"); // pgbench makes more of them than servers do
  await endTracing(client, database); // if an earlier run was cut off
  const renewSessions = () => client.query(source("sessions.sql"));
  await renewSessions();
  const { rows } = await client.query({ text: source("readers.sql"), rowMode: "array" });
  const readers = join(state, `readers-${cases}`);
  writeFileSync(readers, rows.map((row) => `${row.join("\t")}\n`).join(""));
  const first = (await client.query("select case_number, number_year from core.cases where id = $1", [caseId(0)])).rows[0];
  const server = await startServer(database);
  return {
    cases,
    database,
    readers,
    server,
    year: Number(first.number_year),
    /** How 99 cases of court 0 are numbered. */
    numbers: first.case_number.slice(0, -2),
    renewSessions,
    checkpoint: () => client.query("checkpoint"),
    /** The first of so many unmoved fresh cases, in the order of caseload.mjs. */
    async takeFresh(count) {
      const { rows } = await client.query(
        `update bench.fresh_cases set taken = taken + ${count} where taken + ${count} <= count returning taken - ${count} as first`,
      );
      if (rows.length === 0) throw new Error("No fresh cases are left for W6. Run again without --keep.");
      return Number(rows[0].first);
    },
    /** With an audit that writes entries without chaining them. */
    async withoutChain(work) {
      const { rows } = await client.query("select pg_get_functiondef('audit.append'::regproc) as source");
      await client.query(source("unchained.sql"));
      try {
        return await work();
      } finally {
        await client.query(rows[0].source);
      }
    },
    async close() {
      await server.stop();
      await client.end();
    },
  };
}
