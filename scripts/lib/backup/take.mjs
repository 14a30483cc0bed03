// Dumps a database at one moment, copies its documents, and records its contents.
// Usage: DATABASE_URL=... node take.mjs FOLDER VERSION DOCUMENTS JOBS
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { databaseUrls, Complaint, reach } from "../migrate/reach.mjs";
import { contentsOf, factsIn } from "./contents.mjs";
import { run, step } from "./course.mjs";
import { copyDocuments, requireFolder } from "./documents.mjs";
import { filesOf, sizeOf, totalOf, writeManifest } from "./manifest.mjs";
import { requireProgram, runProgram } from "./programs.mjs";

const [folder, casefile, documents, jobs] = process.argv.slice(2);
/** Until complete. */
const unfinished = `${folder}.unfinished`;
/** Faults to report for each document. */
const TOLD = 10;

/** The options that give pg_dump every row. A login without the right to that is refused at the start. */
async function rowOptions(client) {
  const { rows } = await client.query("select rolname as name, rolsuper or rolbypassrls as is_above from pg_roles where rolname = current_user");
  const [{ name, is_above }] = rows;
  const { [`what is not read by ${name}`]: unread } = await factsIn(client);
  if (is_above === "t" && !unread) return [];
  if (unread === "") return ["--enable-row-security"];
  throw new Complaint(
    `The login ${name} does not read every row${unread ? `: not of ${unread}` : ""}.`,
    "Use casefile_backup, and apply db/roles.sql to the database as an administrator.",
  );
}

async function take(signal) {
  if (existsSync(folder)) throw new Complaint(`${folder} is there already.`, "Name a folder that is not there yet.");
  if (documents) requireFolder(documents);
  const { client, url } = await reach(databaseUrls(process.env.DATABASE_URL), 30, console.log);
  try {
    await client.query("begin transaction isolation level repeatable read, read only");
    const { rows } = await client.query("select pg_export_snapshot() as snapshot, current_setting('server_version_num')::integer / 10000 as major");
    const [{ snapshot, major }] = rows;
    const version = requireProgram("pg_dump", Number(major), "the server is");
    const rowsToo = await rowOptions(client);
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true, mode: 0o700 });

    let contents, files;
    await step("what the database has", async () => {
      contents = await contentsOf(client);
      return `${contents.rows["core.cases"]} cases`;
    });
    await step("dump", async () => {
      const options = ["--format=directory", `--jobs=${jobs}`, `--snapshot=${snapshot}`, "--lock-wait-timeout=60000"];
      await runProgram("pg_dump", url, [...options, ...rowsToo, `--file=${join(unfinished, "dump")}`], signal);
    });
    let copied;
    if (documents) {
      await step("documents", async () => {
        copied = await copyDocuments(client, documents, join(unfinished, "documents"), signal);
        return `${copied.count} of ${sizeOf(copied.bytes)}`;
      });
    }
    await step("sums", async () => {
      writeFileSync(join(unfinished, "contents.json"), JSON.stringify(contents));
      files = await filesOf(unfinished, "contents.json", "dump");
      return sizeOf(totalOf(files));
    });
    const { database, migrations, rows: counts, roles } = contents;
    const manifest = { casefile, takenAt: database.at, pgDump: version, database, migrations, rows: counts, roles, documents: copied ?? null, files };
    writeManifest(unfinished, manifest);
    renameSync(unfinished, folder);
    console.log(`${folder} is a backup of ${database.name}, as it was at ${database.at}.`);
    return sayDocuments(copied);
  } finally {
    await client.end().catch(() => {});
  }
}

function sayDocuments(copied) {
  if (!copied) console.log("It has no documents. Copy the store now: what comes after the dump does no harm, and nothing of it may lack.");
  if (!copied?.problems.length) return 0;
  console.error(`error: the store does not have what the database says, documents: ${copied.problems.length}`);
  for (const problem of copied.problems.slice(0, TOLD)) console.error(`       ${problem}`);
  console.error("       The rest is in the backup. manifest.json names them all.");
  return 3;
}

await run(take, { unfinished });
