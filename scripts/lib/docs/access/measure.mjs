// Which role reads and writes which rows and columns: tries SQL in each role, on a fixed set of rows, in a transaction that the
// fixtures of tests/db begin and that is never committed.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sqlOf } from "../psql.mjs";
import { explain } from "../../pg.mjs";

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const PARTS = ["subjects.sql", "tables.sql", "kinds.sql", "measure.sql", "cells.sql"];
// In our transaction, replaces what the fixtures need from pgTAP; they repeat begin.
const BEGIN = `set jit = off; set client_min_messages = error; begin; create schema tap;
  create function tap.no_plan() returns text language sql as 'select null::text'`;

async function run(client, text, name) {
  try {
    return await client.query(text);
  } catch (error) {
    throw new Error(explain(error, text, `${name} line`), { cause: error });
  }
}

/** Makes the rows and the functions that try them. From then on, the client is in a transaction. */
export async function prepareAccess(client) {
  await run(client, BEGIN, "begin");
  await run(client, sqlOf(pathOf("rows.psql")), "rows.psql");
  for (const name of PARTS) await run(client, readFileSync(pathOf(name), "utf8"), name);
}

/** { role, table, verb, row, column, answer } for each cell with a privilege. */
export async function measureAccess(client) {
  return (await run(client, "select * from fixture.cells()", "cells")).rows;
}
