// The contents of a database at one moment: its objects, and how many rows. A restore must give the same.
import pg from "pg";
import { readFileSync } from "node:fs";
import { factsOf, majorOf, prepare } from "../drift/facts.mjs";
import { differences } from "../drift/verdicts.mjs";

const ROLES = new URL("../../../db/roles.sql", import.meta.url);

/** Our roles, which db/roles.sql describes. */
export const ourRoles = () => [...readFileSync(ROLES, "utf8").matchAll(/^comment on role (\w+)/gm)].map(([, name]) => name);

/** In the transaction of the client. */
export async function contentsOf(client) {
  await prepare(client);
  const one = async (text) => (await client.query(text)).rows[0];
  const database = await one(
    `select current_database() as name, pg_encoding_to_char(encoding) as encoding, datcollate as collation, now() as at,
       (select system_identifier from pg_control_system()) as "systemIdentifier", current_setting('server_version') as "serverVersion"
     from pg_database where datname = current_database()`,
  );
  const { rows: migrations } = await client.query("select version from public.schema_migrations order by version");
  return {
    database: { ...database, major: await majorOf(client) },
    migrations: migrations.map(({ version }) => version),
    roles: await namedRoles(client),
    facts: await factsIn(client),
    rows: await countRows(client),
  };
}

export async function factsIn(client) {
  await prepare(client);
  return Object.fromEntries(await factsOf(client, ourRoles(), true));
}

/** A role under row-level security sees all rows by policies, which the facts contain. */
async function countRows(client) {
  await client.query("set row_security = on");
  const { rows: tables } = await client.query(
    `select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.oid >= 16384 and c.relkind = 'r' and c.relpersistence <> 't' order by 1, 2`,
  );
  const counts = {};
  for (const { schema, name } of tables) {
    const { rows } = await client.query(`select count(*) as count from ${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`);
    counts[`${schema}.${name}`] = Number(rows[0].count);
  }
  return counts;
}

/** Roles that own or were granted something here: they must exist before a restore. */
async function namedRoles(client) {
  const { rows } = await client.query(
    `select distinct r.rolname as name
     from pg_shdepend d
     join pg_roles r on r.oid = d.refobjid
     where d.refclassid = 'pg_authid'::regclass and d.deptype in ('o', 'a', 'r')
       and d.dbid = (select oid from pg_database where datname = current_database())
       and r.oid >= 16384
     order by 1`,
  );
  return rows.map(({ name }) => name);
}

const state = (facts) => ({ facts: new Map(Object.entries(facts)), rows: new Map(), changes: new Map() });

/** Missing from a dump of one database: members of the cluster's groups, and properties of the database itself. */
const OUTSIDE = /^(membership |setting |comment on database)/;
/** Changes only for a superuser. */
const ABOVE = /^(taken from everybody |grants on (schema public|database|PostgreSQL's own))/;

/** The differences between the restored and the dumped database, and the work left to do by hand. */
export function compareContents(dumped, restored, isSuper) {
  const counts = Object.keys({ ...dumped.rows, ...restored.rows })
    .filter((table) => dumped.rows[table] !== restored.rows[table])
    .map((table) => `${table}: ${dumped.rows[table] ?? "no"} rows were dumped, and ${restored.rows[table] ?? "none"} are here`);
  const keys = differences(state(dumped.facts), state(restored.facts)).map(({ key }) => key);
  const isByHand = (key) => OUTSIDE.test(key) || (!isSuper && ABOVE.test(key));
  return { wrong: [...counts, ...keys.filter((key) => !isByHand(key))], byHand: keys.filter(isByHand) };
}
