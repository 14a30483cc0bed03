// Restores a backup into an empty database, in the one order that works, and proves that it matches the dump.
// Usage: DATABASE_URL=... node restore.mjs FOLDER ROLES_FILE DOCUMENTS JOBS CHECK
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { databaseUrls, Complaint, reach } from "../migrate/reach.mjs";
import { compareContents, contentsOf } from "./contents.mjs";
import { run, step } from "./course.mjs";
import { copyDocuments, requireEmptyFolder } from "./documents.mjs";
import { readManifest, requireWhole, sizeOf, totalOf } from "./manifest.mjs";
import { listDump, requireProgram, runProgram } from "./programs.mjs";

const [folder, rolesFile, documents, jobs, checkOnly] = process.argv.slice(2);
/** Logins and their groups. */
const LOGINS = ["casefile_owner", "casefile_migrator", "casefile_api", "casefile_worker", "casefile_registrar", "casefile_backup"];
const AS_READER = "set local role casefile_backup";
const TOLD = 20;
const aftermath = [];

async function requireEmpty(client) {
  const { rows } = await client.query(
    `select c.oid::regclass::text as name from pg_class c where c.oid >= 16384 and c.relpersistence <> 't'
       and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
     union all
     select 'schema ' || nspname from pg_namespace where oid >= 16384 and nspname !~ '^pg_(toast_)?temp_'
     union all
     select 'function ' || oid::regprocedure from pg_proc p where oid >= 16384
       and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
     limit 3`,
  );
  if (rows.length === 0) return;
  throw new Complaint(
    `The database is not empty: it has ${rows.map(({ name }) => name).join(", ")}.`,
    "Nothing was changed. Create another database, and set DATABASE_URL to it.",
  );
}

async function requireAdministrator(client) {
  const { rows } = await client.query(
    `select r.rolname as name, r.rolsuper as super, r.rolcreaterole as creates, d.datdba = r.oid as owns
     from pg_roles r, pg_database d where r.rolname = current_user and d.datname = current_database()`,
  );
  const [{ name, super: isSuper, creates, owns }] = rows;
  if (isSuper === "t" || (creates === "t" && owns === "t")) return { name, isSuper: isSuper === "t" };
  throw new Complaint(
    `The login ${name} may not restore.`,
    "Use that of an administrator: a superuser, or the owner of the database with CREATEROLE.",
  );
}

async function requireFit(client, manifest) {
  const { rows } = await client.query(
    `select current_setting('server_version_num')::integer / 10000 as major, pg_encoding_to_char(encoding) as encoding
     from pg_database where datname = current_database()`,
  );
  const [{ major, encoding }] = rows;
  if (Number(major) < manifest.database.major) {
    throw new Complaint(`The server is PostgreSQL ${major}, and the backup is of ${manifest.database.major}.`, "Restore it on that version, or on a newer one.");
  }
  if (encoding !== manifest.database.encoding) {
    throw new Complaint(`The database has the encoding ${encoding}, and the backup ${manifest.database.encoding}.`, `create database ... encoding '${manifest.database.encoding}' template template0`);
  }
}

async function requireRoles(client, manifest) {
  const { rows } = await client.query("select n as name from unnest($1::text[]) n where to_regrole(quote_ident(n)) is null", [manifest.roles]);
  if (rows.length === 0) return;
  throw new Complaint(
    `The backup names roles that this cluster does not have: ${rows.map(({ name }) => name).join(", ")}.`,
    "They own something in it, or were granted something. Create them, and run this again. Nothing was restored.",
  );
}

/** An administrator without superuser rights works as the owner meanwhile, and counts rows as casefile_backup. */
async function takeOn(client, name) {
  const { rows } = await client.query("select current_setting('server_version_num')::integer >= 160000 as is_new");
  const how = rows[0].is_new === "t" ? " with inherit true, set true" : "";
  await client.query(`grant casefile_owner, casefile_backup to ${pg.escapeIdentifier(name)}${how}`);
  return () => client.query(`revoke casefile_owner, casefile_backup from ${pg.escapeIdentifier(name)}`);
}

async function closeDoors(client) {
  const { rows } = await client.query("select current_database() as name");
  await client.query(`revoke connect on database ${pg.escapeIdentifier(rows[0].name)} from public, ${LOGINS.join(", ")}`);
}

/**
 * The parts of a restore. Row-level security comes last: with it, an owner cannot check a foreign key. The privileges of
 * PostgreSQL's own functions are left out, because db/roles.sql has set them.
 */
function partsOf(entries) {
  const isRule = (entry) => / (POLICY|ROW SECURITY) /.test(entry);
  const own = entries.filter((entry) => !/ ACL pg_catalog /.test(entry));
  return { "tables and rows": own.filter((entry) => !isRule(entry)), "row-level security": own.filter(isRule) };
}

async function restoreInto(client, url, manifest, signal) {
  const { name, isSuper } = await requireAdministrator(client);
  await requireFit(client, manifest);
  await requireEmpty(client);
  const roles = readFileSync(rolesFile, "utf8");
  const dumped = JSON.parse(readFileSync(join(folder, "contents.json"), "utf8"));
  const scratch = mkdtempSync(join(tmpdir(), "casefile-restore-"));
  let giveBack = () => {};
  try {
    await step("roles", async () => {
      await client.query(roles);
      await requireRoles(client, manifest);
      await closeDoors(client);
      if (!isSuper) giveBack = await takeOn(client, name);
    });
    aftermath.push("The database is incomplete, and only you may connect to it. Drop it, create it, and run this again.");
    for (const [title, entries] of Object.entries(partsOf(listDump(join(folder, "dump"))))) {
      await step(title, async () => {
        writeFileSync(join(scratch, "list"), entries.join("\n"));
        const options = ["--exit-on-error", `--jobs=${jobs}`, `--use-list=${join(scratch, "list")}`, join(folder, "dump")];
        await runProgram("pg_restore", url, options, signal);
      });
    }
    await step("statistics", async () => void (await client.query(`analyze ${Object.keys(dumped.rows).join(", ")}`)));
    if (documents) await restoreDocuments(client, signal, isSuper);
    const byHand = await judge(client, roles, dumped, isSuper);
    return byHand.filter((key) => !key.startsWith(`membership ${name} in `)); // for as long as this takes
  } finally {
    await giveBack();
    rmSync(scratch, { recursive: true });
  }
}

async function restoreDocuments(client, signal, isSuper) {
  await step("documents", async () => {
    await client.query("begin transaction isolation level repeatable read, read only");
    if (!isSuper) await client.query(AS_READER);
    const { count, bytes, problems } = await copyDocuments(client, join(folder, "documents"), documents, signal);
    await client.query("commit");
    if (problems.length > 0) {
      console.error(`warning: documents that the backup does not have as they were: ${problems.length}`);
      for (const problem of problems.slice(0, TOLD)) console.error(`         ${problem}`);
    }
    return `${count} of ${sizeOf(bytes)}`;
  });
}

/** Opens access last, and only if all is well. */
async function judge(client, roles, dumped, isSuper) {
  let compared;
  await step("comparison with what was dumped", async () => {
    await client.query("begin");
    await client.query(roles);
    if (!isSuper) await client.query(AS_READER);
    compared = compareContents(dumped, await contentsOf(client), isSuper);
    await client.query(compared.wrong.length > 0 ? "rollback" : "commit");
    return `${Object.keys(dumped.facts).length} facts, ${Object.values(dumped.rows).reduce((a, b) => a + b)} rows`;
  });
  if (compared.wrong.length > 0) {
    throw new Complaint("What was restored is not what was dumped:", ...compared.wrong.slice(0, TOLD));
  }
  aftermath.length = 0;
  return compared.byHand;
}

function sayWhatIsNext(byHand) {
  console.log("The database is what was dumped: rows, owners, privileges and policies.");
  if (byHand.length > 0) console.log("It differs in what belongs to the cluster, or to the database as a whole:");
  for (const key of byHand) console.log(`   ${key}`);
  console.log("Next: set the passwords of the logins, run casefile after-restore, and start the servers.");
}

async function restore(signal) {
  const manifest = readManifest(folder);
  requireProgram("pg_restore", Number.parseInt(manifest.pgDump, 10), "the backup was made by pg_dump");
  if (documents && !manifest.documents) throw new Complaint("The backup has no documents.", "Restore those by the means of their store, and run this without --documents.");
  if (documents) requireEmptyFolder(documents);
  await step("whether the backup is whole", async () => {
    await requireWhole(folder, manifest);
    return sizeOf(totalOf(manifest.files));
  });
  if (checkOnly) return;
  const { client, url } = await reach(databaseUrls(process.env.DATABASE_URL), 30, console.log);
  try {
    sayWhatIsNext(await restoreInto(client, url, manifest, signal));
  } finally {
    await client.end().catch(() => {});
  }
}

await run(restore, { aftermath });
