// Reference rows: those of a freshly migrated database. An administrator may change them; then
// audit.reference_changes names the user and the time.
import pg from "pg";

// dbmate's list is compared before. The audit of rows, a database's kind, home and secrets, and rows that a trigger derives from
// reference rows do not count.
const NOT_REFERENCE = ["public.schema_migrations", "audit.reference_changes", "auth.database_kind", "auth.home", "auth.secrets",
  "core.next_statuses"];
const nameOf = (schema, table) => `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table)}`;

/** The tables with rows in a freshly migrated database, each with its primary key and its columns. */
export async function referenceTables(client) {
  const { rows } = await client.query(
    `select n.nspname as schema, c.relname as table, to_json(array(
       select a.attname from pg_index i
       cross join unnest(i.indkey) with ordinality k (attnum, place)
       join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
       where i.indrelid = c.oid and i.indisprimary
       order by k.place)) as key
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.oid >= 16384 and c.relkind = 'r' and c.relpersistence <> 't'
       and n.nspname || '.' || c.relname <> all ($1::text[])
     order by 1, 2`,
    [NOT_REFERENCE],
  );
  const tables = [];
  for (const { schema, table, key } of rows) {
    const found = await client.query(`select from ${nameOf(schema, table)} limit 1`);
    if (found.rowCount === 0) continue;
    tables.push({ schema, table, key: JSON.parse(key), columns: await columnsOf(client, { schema, table }) });
  }
  return tables;
}

async function columnsOf(client, { schema, table }) {
  const { rows } = await client.query(
    "select attname from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped",
    [nameOf(schema, table)],
  );
  return rows.map((row) => row.attname);
}

/**
 * The rows of the tables, as { table, key, columns } by "row of <table> <key>". A missing table or key has none; an
 * extra column is a difference by itself.
 */
export async function referenceRows(client, tables) {
  const found = new Map();
  for (const { schema, table, key, columns } of tables) {
    const there = await columnsOf(client, { schema, table });
    if (!there.some((column) => columns.includes(column)) || !key.every((column) => there.includes(column))) continue;
    const parts = key.map((column) => `t.${pg.escapeIdentifier(column)}::text`);
    const { rows } = await client.query(
      `select ${parts.length > 0 ? `concat_ws(',', ${parts.join(", ")})` : "t::text"} as key, to_jsonb(t)::text as row
       from ${nameOf(schema, table)} t`,
    );
    for (const { key, row } of rows) {
      const shipped = Object.entries(JSON.parse(row)).filter(([column]) => columns.includes(column));
      found.set(`row of ${schema}.${table} ${key}`, Object.fromEntries(shipped));
    }
  }
  return found;
}

/** The last audited change of each row, by the name of the row; none in versions without that audit. */
export async function referenceChanges(client) {
  const { rows: there } = await client.query("select to_regclass('audit.reference_changes') is not null as found");
  if (there[0].found !== "t") return new Map();
  const { rows } = await client.query(
    `select distinct on (table_name, row_key) table_name, row_key, actor, after::text,
       to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD') as day
     from audit.reference_changes
     order by table_name, row_key, id desc`,
  );
  return new Map(
    rows.map(({ table_name, row_key, actor, day, after }) => [
      `row of ${table_name} ${row_key}`,
      { actor, day, after: after === null ? undefined : (JSON.parse(after) ?? undefined) },
    ]),
  );
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** Whether `row` is the result of `change`. A later column has the shipped value. */
export function isLeftBy(change, row, shipped) {
  if (change === undefined) return false;
  if (row === undefined || change.after === undefined) return row === undefined && change.after === undefined;
  return Object.entries(row).every(([column, value]) =>
    column in change.after ? same(value, change.after[column]) : shipped === undefined || same(value, shipped[column]),
  );
}

/** One column a line, for a readable difference, without columns that the other row lacks. */
export const linesOf = (row, other = row) =>
  Object.entries(row)
    .filter(([column]) => column in other)
    .map(([column, value]) => `${column}: ${JSON.stringify(value)}`)
    .join("\n");
