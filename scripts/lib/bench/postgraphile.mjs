// PostGraphile beside the server: the same tables, policies and claims, by GraphQL (scripts/postgraphile).
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { callerSettings } from "./caller.mjs";
import { ask, freePort, startProgram } from "./server.mjs";
import { apiUrl, state } from "./settings.mjs";

const program = fileURLToPath(new URL("../../postgraphile/server.mjs", import.meta.url));
const caller = "officer.0";

// The columns of the ideal.
const fields = `
  id caseNumber caseType status courtCode court { name } version createdAt updatedAt nextHearing
  details { createdBy notes internalNotes staffComments linkedFamilyCourtCaseReference }
  participants { applicantIds assignedJudge organisationIds }
  statusChange { reason }`;

// With variables, like clients, so that PostGraphile parses each query once. wrk/graphql.lua replaces CASE.
export const oneCase = bodyOf(`query ($id: UUID!) { caseById(id: $id) { ${fields} } }`, { id: "CASE" });

export const newestCases = bodyOf(`{
  allCases(first: 20, orderBy: [CREATED_AT_DESC, ID_DESC], condition: { deletedAt: null }) { totalCount nodes { ${fields} } }
}`);

function bodyOf(query, variables = {}) {
  return JSON.stringify({ query: query.replaceAll(/\s+/g, " "), variables });
}

/** Started, with proof that it returns the same cases as the server. */
export async function startPostgraphile({ database, server }) {
  const port = await freePort();
  const env = {
    ...process.env,
    NODE_ENV: "production",
    DATABASE_URL: apiUrl(database),
    CALLER: JSON.stringify(await callerSettings(database, caller)),
  };
  const postgraphile = await startProgram(process.execPath, [program, String(port)], env, {
    url: `http://127.0.0.1:${port}`,
    logName: join(state, "postgraphile.log"),
    isReady: (url) => query(url, bodyOf("{ __typename }")).then(() => true, () => false),
  });
  await check(postgraphile.url, server);
  return postgraphile;
}

async function check(url, server) {
  const { cases, pagination } = await ask(server, { path: "/api/cases", token: caller });
  const { allCases } = await query(url, newestCases);
  const { caseById } = await query(url, oneCase.replace("CASE", cases[0].id));
  const ids = allCases.nodes.map(({ id }) => id);
  if (String(ids) !== String(cases.map(({ id }) => id)) || allCases.totalCount !== pagination.total || caseById.id !== ids[0]) {
    throw new Error("PostGraphile gives other cases than the server does");
  }
}

async function query(url, body) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/graphql`, { method: "POST", headers, body });
  const { data, errors } = await response.json();
  if (errors) throw new Error(`PostGraphile refuses ${body}: ${JSON.stringify(errors)}`);
  return data;
}
