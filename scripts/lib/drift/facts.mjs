// The objects of a database as facts, each with a name and a definition. Databases in the same state have the same
// facts in every version of PostgreSQL.
import { readFileSync } from "node:fs";

const folder = new URL("catalogue/", import.meta.url);
const read = (name) => readFileSync(new URL(name, folder), "utf8");
const FILES = [
  { name: "tables.sql" },
  { name: "objects.sql" },
  { name: "privileges.sql" },
  { name: "roles.sql" },
  { name: "comments.sql" },
  { name: "parameters.sql", since: 15 },
];
const queries = FILES.map(({ name, since = 0 }) => ({ name, since, text: `${read("scope.sql")}${read(name)}` }));

/** The login that scripts/db makes on the clusters of clones; everybody knows its password. */
const LOCAL_LOGIN = "adoption";
export const LOCAL_MEMBERSHIP = `membership ${LOCAL_LOGIN} in casefile_api`;

export async function majorOf(client) {
  const { rows } = await client.query("show server_version_num");
  return Math.floor(rows[0].server_version_num / 10_000);
}

/** The roles from db/roles.sql, on a cluster without any others. */
export async function rolesOf(client) {
  const { rows } = await client.query("select rolname from pg_roles where oid >= 16384 and rolname <> $1", [LOCAL_LOGIN]);
  return rows.map((row) => row.rolname);
}

/** Shows all rows, qualifies every name, and compiles no query. */
export async function prepare(client) {
  await client.query("set search_path = ''; set row_security = off; set jit = off");
}

/** Facts by name. `roles` are ours; `elsewhere`, outside the cluster of a clone, its login is a difference. */
export async function factsOf(client, roles, elsewhere) {
  const major = await majorOf(client);
  const facts = new Map();
  for (const { name, since, text } of queries) {
    if (major < since) continue;
    try {
      const { rows } = await client.query(text, [roles]);
      for (const row of rows) facts.set(`${row.kind} ${row.object}`, row.definition ?? "");
    } catch (error) {
      throw Object.assign(error, { text, file: `scope.sql and ${name}, line` });
    }
  }
  if (!elsewhere) facts.delete(LOCAL_MEMBERSHIP);
  return facts;
}
