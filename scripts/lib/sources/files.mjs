// The sources under db/, in an order that makes a database: all of db/ except migrations/ describes it.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse as parseCsv } from "csv-parse/sync";
import { names, statementsOf, tableName } from "./statements.mjs";

const FUNCTION_SCHEMAS = ["core", "audit", "auth", "worker", "api", "request"];

/** Sections of parts: [{ title, parts: [{ path, text }] }], where path is relative to the folder. */
export async function readSources(folder) {
  const read = (path) => ({ path, text: readFileSync(join(folder, path), "utf8").trim() });
  const list = (part, ending) =>
    readdirSync(join(folder, part))
      .filter((name) => name.endsWith(ending))
      .sort()
      .map((name) => join(part, name));
  const all = (part) => list(part, ".sql").map(read);
  const tables = all("tables");
  const functions = FUNCTION_SCHEMAS.flatMap((schema) => all(join("functions", schema)));
  const isForColumns = (part) => tables.some(({ text }) => text.includes(`${nameOf(part)}(`));
  return [
    { title: "Schemas, and who may look into them", parts: [read("schemas.sql")] },
    { title: "Types", parts: await inOrder(all("types"), typesNamed) },
    { title: "Functions that columns are computed by", parts: functions.filter(isForColumns) },
    { title: "Tables", parts: await tablesInOrder(tables) },
    { title: "Reference rows", parts: list("reference", ".csv").map((path) => insertOf(read(path))) },
    { title: "Functions and triggers", parts: functions.filter((part) => !isForColumns(part)) },
    { title: "Policies and privileges", parts: all("policies") },
  ];
}

const nameOf = ({ path }) => basename(path).replace(/\.[a-z]+$/, "");

/** Each part after the parts that it names. */
async function inOrder(parts, namedBy) {
  const byName = new Map(parts.map((part) => [nameOf(part), part]));
  const done = new Set();
  async function add(part, waiting = []) {
    if (done.has(part)) return;
    if (waiting.includes(part)) throw new Error(`${part.path} and ${waiting.at(-1).path} need each other`);
    for (const name of await namedBy(part)) {
      if (byName.has(name) && byName.get(name) !== part) await add(byName.get(name), [...waiting, part]);
    }
    done.add(part);
  }
  for (const part of parts) await add(part);
  return [...done];
}

async function typesNamed({ path, text }) {
  const composites = (await statementsOf(text, path)).filter(({ kind }) => kind === "CompositeTypeStmt");
  return composites.flatMap(({ node }) => node.coldeflist.map((column) => names(column.ColumnDef.typeName.names).join(".")));
}

/** The tables that a table's own statement references. */
async function tablesReferenced({ path, text }) {
  const created = (await statementsOf(text, path)).filter(({ kind }) => kind === "CreateStmt");
  const constraints = created.flatMap(({ node }) =>
    node.tableElts.flatMap((element) => [...(element.ColumnDef?.constraints ?? []), ...(element.Constraint ? [element] : [])]),
  );
  return constraints.flatMap(({ Constraint: one }) => (one.contype === "CONSTR_FOREIGN" ? [tableName(one.pktable)] : []));
}

const addsForeignKey = ({ kind, node }) =>
  kind === "AlterTableStmt" && node.cmds.some(({ AlterTableCmd: command }) => command.def?.Constraint?.contype === "CONSTR_FOREIGN");

/** A foreign key to a table that references this one is separate in its file, and runs when both exist. */
async function tablesInOrder(parts) {
  const later = [];
  const tables = [];
  for (const { path, text } of parts) {
    const keys = (await statementsOf(text, path)).filter(addsForeignKey).map((statement) => statement.text);
    const rest = keys.reduce((left, key) => left.replace(key, ""), text);
    tables.push({ path, text: rest.trim().replace(/\n{3,}/g, "\n\n") });
    if (keys.length > 0) later.push({ path, text: keys.join("\n\n") });
  }
  return [...(await inOrder(tables, tablesReferenced)), ...later];
}

const quoted = (value) => (value === "" ? "null" : `'${value.replaceAll("'", "''")}'`);

function insertOf({ path, text }) {
  const [columns, ...rows] = parseCsv(text);
  const values = rows.map((row) => `  (${row.map(quoted).join(", ")})`);
  const table = nameOf({ path });
  return { path, text: `insert into ${table} (${columns.join(", ")}) values\n${values.join(",\n")};` };
}
