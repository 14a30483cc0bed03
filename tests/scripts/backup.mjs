// scripts/backup and scripts/restore: all comes back as it was, or nobody may connect to it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connect } from "../../scripts/lib/pg.mjs";
import { Clone, signal, textOf, until } from "./support/clone.mjs";

const clone = new Clone();
const backup = join(clone.folder, "backup");
const store = join(clone.folder, "store");
let urls;

const inDatabase = (name) => (url) => {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
};

async function query(name, text) {
  const client = await connect(inDatabase(name)(urls.postgres));
  try {
    return [await client.query(text)].flat().at(-1).rows;
  } finally {
    await client.end();
  }
}

const urlOf = async (login) => (await clone.output("db", "url", login)).trim();
const takeBackup = (folder, login = "casefile_backup", words = []) =>
  clone.run("backup", [folder, ...words], { DATABASE_URL: urls[login] });
const restore = (name, folder = backup, words = []) =>
  clone.run("restore", [folder, ...words], { DATABASE_URL: inDatabase(name)(urls.postgres) });

async function fresh(name) {
  await query("postgres", `drop database if exists ${name}`);
  await query("postgres", `create database ${name}`);
}

/** A copy of the backup that somebody has changed. */
function altered(change) {
  const folder = join(clone.folder, `altered-${Math.random()}`);
  const copy = (from, to) => {
    mkdirSync(to);
    for (const entry of readdirSync(from, { withFileTypes: true })) {
      if (entry.isDirectory()) copy(join(from, entry.name), join(to, entry.name));
      else writeFileSync(join(to, entry.name), readFileSync(join(from, entry.name)));
    }
  };
  copy(backup, folder);
  change(folder);
  return folder;
}

before(async () => {
  await clone.output("db", "start");
  await clone.output("db", "migrate");
  urls = Object.fromEntries(
    await Promise.all(["postgres", "casefile_backup", "casefile_api", "casefile_migrator"].map(async (login) => [login, await urlOf(login)])),
  );
  await query("adoption", textOf("scripts/demo.sql"));
  const content = "of a document";
  const hash = createHash("sha256").update(content).digest("hex");
  const rows = await query(
    "adoption",
    `alter table core.documents disable trigger user;
     insert into core.documents (id, case_id, court_code, filename, document_type, uploaded_by, upload_status, file_size, file_hash, mime_type, version)
     select core.new_id(), c.id, c.court_code, 'a.pdf', t.value, 'olivia.officer', 'complete', ${content.length}, '${hash}', 'application/pdf', 1
     from (select id, court_code from core.cases limit 2) as c, (select value from core.document_types limit 1) as t
     returning id, case_id`,
  );
  for (const { id, case_id } of rows) {
    mkdirSync(join(store, case_id), { recursive: true });
    writeFileSync(join(store, case_id, id), content);
  }
  // As the migrations left them.
  await query(
    "adoption",
    `do $$ declare t name; begin
       for t in select tgname from pg_trigger where tgrelid = 'core.documents'::regclass and not tgisinternal loop
         execute format('alter table core.documents enable always trigger %I', t);
       end loop; end $$`,
  );
});
after(() => clone.stop());

test("a backup is restored as it was, with its documents", async () => {
  const taken = await takeBackup(backup, "casefile_backup", ["--documents", store]);
  assert.equal(taken.status, 0, taken.stderr);
  assert.ok(!existsSync(`${backup}.unfinished`));
  const manifest = JSON.parse(readFileSync(join(backup, "manifest.json"), "utf8"));
  assert.equal(manifest.rows["core.cases"], 7);
  assert.equal(manifest.documents.count, 2);

  await fresh("restored");
  const documents = join(clone.folder, "restored");
  const { status, stdout, stderr } = await restore("restored", backup, ["--documents", documents]);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /casefile after-restore/);
  assert.deepEqual(readdirSync(documents).sort(), readdirSync(store).sort());

  const [counts] = await query(
    "restored",
    `select (select count(*) from core.cases) as cases, (select count(*) from pg_policy) as policies,
       (select count(*) from pg_proc p where p.proowner = 'casefile_owner'::regrole and has_function_privilege('public', p.oid, 'execute')) as open,
       (select count(*) from audit.find_broken_chains()) as broken, has_database_privilege('casefile_api', 'restored', 'connect') as connects`,
  );
  const [{ policies }] = await query("adoption", "select count(*) as policies from pg_policy");
  assert.deepEqual(counts, { cases: "7", policies, open: "0", broken: "0", connects: "t" });

  const drift = await clone.run("check-drift", ["--database", inDatabase("restored")(urls.postgres)]);
  const found = drift.stdout.split("\n").filter((line) => /^(only in|differs )/.test(line));
  assert.deepEqual(found, ["only in the database at URL: membership adoption in casefile_api"]); // the login of a clone
});

test("a database that is not empty is refused, and stays as it is", async () => {
  await fresh("taken");
  await query("taken", "create table public.mine (value text)");
  const { status, stderr } = await restore("taken");
  assert.equal(status, 1);
  assert.match(stderr, /not empty: it has mine/);
  assert.equal((await query("taken", "select count(*) from pg_class where oid >= 16384 and relkind = 'r'"))[0].count, "1");
});

test("a backup that is not whole is refused before anything is restored", async () => {
  await fresh("untouched");
  const toc = (folder) => join(folder, "dump", "toc.dat");
  for (const [change, said] of [
    [(folder) => appendFileSync(toc(folder), "x"), /toc\.dat is altered/],
    [(folder) => rmSync(toc(folder)), /toc\.dat is missing/],
    [(folder) => rmSync(join(folder, "manifest.json")), /is not a backup/],
  ]) {
    const { status, stderr } = await restore("untouched", altered(change));
    assert.equal(status, 1);
    assert.match(stderr, said);
  }
  assert.equal((await query("untouched", "select count(*) from pg_namespace where nspname = 'core'"))[0].count, "0");
});

test("nobody may connect to a database that was not restored completely", async () => {
  // A dump whose functions lost their revokes, like one restored before its roles.
  const folder = altered((at) => {
    const file = join(at, "contents.json");
    const contents = JSON.parse(readFileSync(file, "utf8"));
    contents.facts["policy only_there on core.cases"] = "permissive";
    contents.rows["core.cases"] += 1;
    writeFileSync(file, JSON.stringify(contents));
    const manifest = JSON.parse(readFileSync(join(at, "manifest.json"), "utf8"));
    const text = readFileSync(file);
    manifest.files["contents.json"] = { bytes: text.length, sha256: createHash("sha256").update(text).digest("hex") };
    writeFileSync(join(at, "manifest.json"), JSON.stringify(manifest));
  });
  await fresh("other");
  const { status, stderr } = await restore("other", folder);
  assert.equal(status, 1);
  assert.match(stderr, /core\.cases: 8 rows were dumped, and 7 are here/);
  assert.match(stderr, /policy only_there on core\.cases/);
  assert.match(stderr, /Drop it, create it, and run this again/);
  const [{ connects }] = await query("other", "select bool_or(has_database_privilege(r, 'other', 'connect')) as connects from unnest('{casefile_api,casefile_worker,casefile_migrator}'::text[]) r");
  assert.equal(connects, "f");
});

test("an interrupted restore leaves a database that nobody may connect to", async () => {
  await fresh("half");
  const slow = clone.path([], { pg_restore: `if [[ $1 == --list || $1 == --version ]]; then exec /usr/bin/pg_restore "$@"; fi; exec sleep 60` });
  const running = clone.begin("restore", [backup], { DATABASE_URL: inDatabase("half")(urls.postgres), PATH: slow });
  await until("it restores", () => running.said.stdout.includes("== tables and rows"));
  process.kill(running.pid, "SIGTERM");
  const { status, stderr } = await running.ended;
  assert.equal(status, 1);
  assert.match(stderr, /interrupted/);
  assert.equal((await query("half", "select has_database_privilege('casefile_api', 'half', 'connect') as may"))[0].may, "f");
});

test("an interrupted backup leaves nothing that looks like a backup", async () => {
  const folder = join(clone.folder, "interrupted");
  const slow = clone.path([], { pg_dump: `if [[ $1 == --version ]]; then exec /usr/bin/pg_dump "$@"; fi; exec sleep 60` });
  for (const name of ["SIGTERM", "SIGKILL"]) {
    const running = clone.begin("backup", [folder], { DATABASE_URL: urls.casefile_backup, PATH: slow });
    await until("it dumps", () => running.said.stdout.includes("== dump"));
    if (name === "SIGKILL") signal(running, name);
    else process.kill(running.pid, name);
    await running.ended;
    assert.ok(!existsSync(folder));
    assert.equal(existsSync(`${folder}.unfinished`), name === "SIGKILL");
  }
  const refused = await restore("untouched", `${folder}.unfinished`);
  assert.match(refused.stderr, /is not a backup/);
  assert.equal((await takeBackup(folder)).status, 0);
  assert.ok(!existsSync(`${folder}.unfinished`));
});

test("documents that are not in the store as the database says are named", async () => {
  const bad = join(clone.folder, "bad");
  const [first, second] = readdirSync(store);
  mkdirSync(join(bad, first), { recursive: true });
  writeFileSync(join(bad, first, readdirSync(join(store, first))[0]), "of another  ");
  const { status, stderr } = await takeBackup(join(clone.folder, "with-bad"), "casefile_backup", ["--documents", bad]);
  assert.equal(status, 3);
  assert.match(stderr, new RegExp(`${first}/\\S+ is altered`));
  assert.match(stderr, new RegExp(`${second}/\\S+ is missing`));
});

test("a login that does not read every row gets no backup", async () => {
  for (const login of ["casefile_api", "casefile_migrator"]) {
    const folder = join(clone.folder, `by-${login}`);
    const { status, stderr } = await takeBackup(folder, login);
    assert.equal(status, 1);
    assert.match(stderr, /does not read every row|permission denied|row-level security/);
    assert.ok(!existsSync(folder) && !existsSync(`${folder}.unfinished`));
  }
});

test("an older pg_dump is refused, with what to do", async () => {
  const old = clone.path([], { pg_dump: "echo 'pg_dump (PostgreSQL) 11.2'" });
  const { status, stderr } = await clone.run("backup", [join(clone.folder, "old")], { DATABASE_URL: urls.casefile_backup, PATH: old });
  assert.equal(status, 1);
  assert.match(stderr, /pg_dump is of version 11\.2.*\n.*postgresql-client/);
});
