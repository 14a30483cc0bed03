// Which statements a request is, by PostgreSQL's own log: so pgbench runs what the server runs, whatever that is.
import { readFileSync, statSync } from "node:fs";
import { connect } from "../pg.mjs";
import { databaseLog, superuserUrl } from "./settings.mjs";
import { ask, startServer } from "./server.mjs";

/**
 * The statements of each request, `{ text, parameters }` with text or null for a parameter. The requests of a
 * workload are made one after the other, and the last one counts: by then, the server has prepared what it prepares.
 */
export async function traceStatements(database, workloads) {
  const client = await connect(superuserUrl("postgres"));
  let server;
  try {
    await client.query(`alter database ${database} set log_statement = 'all'`);
    server = await startServer(database);
    const traces = new Map();
    for (const [workload, requests] of workloads) {
      let from;
      for (const request of requests) {
        from = statSync(databaseLog).size;
        await ask(server, request);
      }
      traces.set(workload, statementsIn(readFileSync(databaseLog).subarray(from).toString()));
    }
    return traces;
  } finally {
    await server?.stop();
    await client.query(`alter database ${database} reset log_statement`);
    await client.end();
  }
}

function statementsIn(log) {
  const statements = [];
  for (const line of log.split("\n")) {
    const [, pid, text] = /\[(\d+)\].* LOG: {2}(?:execute [^:]+|statement): (.*)$/.exec(line) ?? [];
    if (text) statements.push({ pid, text, parameters: [] });
    const [, given] = / DETAIL: {2}parameters: (.*)$/i.exec(line) ?? [];
    if (given) statements.at(-1).parameters = parametersIn(given);
  }
  // Only what was said on the connection that called: others may have swept meanwhile.
  const call = statements.find(({ text }) => text.includes("api."));
  if (!call) throw new Error(`No statement of a request in PostgreSQL's log:\n${log}`);
  return statements.filter(({ pid }) => pid === call.pid);
}

function parametersIn(given) {
  return [...given.matchAll(/\$\d+ = (NULL|'(?:[^']|'')*')/g)].map(([, value]) =>
    value === "NULL" ? null : value.slice(1, -1).replaceAll("''", "'"),
  );
}
