// Tries the pending migrations of a database on an empty copy, and says what each locks, rewrites and scans.
// Usage: DATABASE_URL=... COPY_URL=<an empty database, as casefile_migrator> node explain.mjs FOLDER WAIT
import { readdirSync } from "node:fs";
import { readMigration } from "./migration-file.mjs";
import { connect, explain } from "../pg.mjs";
import { Complaint, databaseUrls, reach } from "./reach.mjs";
import { TableWork } from "./table-work.mjs";

const [folder, wait] = process.argv.slice(2);
const say = (line = "") => console.log(line);
const versionOf = (name) => name.split("_")[0];

/** The database is only read. */
async function lookAt(urls) {
  const { client } = await reach(urls, Number(wait), (line) => console.error(line));
  try {
    const [{ table, server }] = (
      await client.query("select to_regclass('public.schema_migrations') as table, current_setting('server_version') as server")
    ).rows;
    const applied = table ? (await client.query("select version from public.schema_migrations")).rows : [];
    return { server, applied: new Set(applied.map((row) => row.version)) };
  } finally {
    await client.end();
  }
}

/** Older rows may stand for migrations that a baseline has replaced. */
function refuseUnknown(applied, names) {
  const known = names.map(versionOf);
  const unknown = [...applied].filter((version) => version > known[0] && !known.includes(version));
  if (unknown.length === 0) return;
  throw new Complaint(
    `The database has run migrations that are not in ${folder}: ${unknown.join(", ")}.`,
    "Take the version of this repository that they came from, or a newer one.",
  );
}

/** Like dbmate. Returns the result of `work`, unless the migration runs outside of a transaction. */
async function apply(client, name, work) {
  const { sql, whole } = readMigration(folder, name).up;
  try {
    if (whole) await client.query("begin");
    await client.query(sql);
    const found = whole ? await work?.find() : undefined;
    await client.query("insert into public.schema_migrations values ($1)", [versionOf(name)]);
    if (whole) await client.query("commit");
    return found;
  } catch (error) {
    throw new Complaint(`${name} fails on the copy.`, ...explain(error, sql).split("\n"));
  }
}

async function describe(client, name) {
  const work = await TableWork.begin(client);
  const found = await apply(client, name, work);
  work.end();
  say();
  say(name);
  if (!found) say("  runs outside of a transaction, so its locks are not listed");
  else if (found.length === 0) say("  locks no table that is there before it");
  else for (const line of columns([["table", "lock", "blocks", ""], ...found])) say(`  ${line}`);
}

function columns(rows) {
  const widths = rows[0].map((_, index) => Math.max(...rows.map((row) => row[index].length)));
  return rows.map((row) => row.map((text, index) => text.padEnd(widths[index])).join("  ").trimEnd());
}

let copy;
try {
  const { server, applied } = await lookAt(databaseUrls(process.env.DATABASE_URL));
  const names = readdirSync(folder).filter((name) => name.endsWith(".sql")).sort();
  refuseUnknown(applied, names);
  const pending = names.filter((name) => !applied.has(versionOf(name)));
  copy = await connect(process.env.COPY_URL);
  await copy.query("create table public.schema_migrations (version varchar(128) primary key)");
  const tried = (await copy.query("show server_version")).rows[0].server_version;
  say(`${names.length - pending.length} migrations applied, ${pending.length} pending.`);
  say(`Tried on an empty copy: PostgreSQL ${tried}; the database has ${server}.`);
  for (const name of names) {
    if (pending.includes(name)) await describe(copy, name);
    else await apply(copy, name);
  }
} catch (error) {
  console.error(error instanceof Complaint ? error.message : explain(error, ""));
  process.exitCode = 1;
} finally {
  await copy?.end();
}
