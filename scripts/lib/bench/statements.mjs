// The statements of a request, by PostgreSQL's own log, so that pgbench runs the same as the server.
import { readFileSync, statSync } from "node:fs";
import { connect } from "../pg.mjs";
import { digest } from "./caseload.mjs";
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
    await setTracing(client, database, "set log_statement = 'all'");
    // A deployment keeps these out of its log.
    await setTracing(client, database, "set log_parameter_max_length = -1");
    await setTracing(client, database, "set log_error_verbosity = 'default'");
    server = await startServer(database);
    const traces = new Map();
    for (const [workload, requests] of workloads) {
      let from;
      for (const request of requests) {
        from = statSync(databaseLog).size;
        await ask(server, request);
      }
      const said = readFileSync(databaseLog).subarray(from).toString();
      traces.set(workload, statementsFor(requests.at(-1).token, said));
    }
    return traces;
  } finally {
    await server?.stop();
    await endTracing(client, database);
    await client.end();
  }
}

const setTracing = (client, database, what) => client.query(`alter role casefile_api in database ${database} ${what}`);

export const endTracing = (client, database) => setTracing(client, database, "reset all");

function statementsFor(token, log) {
  const statements = [];
  for (const line of log.split("\n")) {
    const [, pid, text] = /\[(\d+)\].* LOG: {2}(?:execute [^:]+|statement): (.*)$/.exec(line) ?? [];
    if (text) statements.push({ pid, text, parameters: [] });
    const [, given] = / DETAIL: {2}parameters: (.*)$/i.exec(line) ?? [];
    if (given) statements.at(-1).parameters = parametersIn(given);
  }
  // Only lines of the connection that used the session: others may have swept meanwhile.
  const call = statements.find(({ parameters }) => parameters.includes(digest(token)));
  if (!call) throw new Error(`No statement of a request in PostgreSQL's log:\n${log}`);
  return statements.filter(({ pid }) => pid === call.pid);
}

function parametersIn(given) {
  return [...given.matchAll(/\$\d+ = (NULL|'(?:[^']|'')*')/g)].map(([, value]) =>
    value === "NULL" ? null : value.slice(1, -1).replaceAll("''", "'"),
  );
}
