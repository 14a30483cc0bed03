// The cluster is lost and returns in an earlier state: from a dump, on another cluster, or from a base backup and the archived
// log. Servers refuse requests until an administrator has handled that, and reuse no number of a lost case.
import { execFile, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { casefile, readFindings } from "../command.mjs";
import { OwnCluster } from "../own-cluster.mjs";
import { copyCluster } from "../pristine.mjs";
import { sleep, until } from "../time.mjs";
import { upload } from "../uploads.mjs";

const run = promisify(execFile);
const SCRIPTS = new URL("../../../", import.meta.url).pathname;
const ROLES = readFileSync(new URL("../../../../db/roles.sql", import.meta.url), "utf8");
/** A server compares every 5 seconds. */
const NOTICED_WITHIN = 12_000;
const LOGINS = ["casefile_migrator", "casefile_api", "casefile_worker", "casefile_backup"];

const lacks = (program) => () =>
  spawnSync("sh", ["-c", `command -v ${program}`]).status === 0 ? undefined : `${program} is missing`;

/** Before the loss: load, documents, and rows to find later. */
async function begin(stage) {
  await stage.superuser.query(ROLES); // as a deployment does
  await stage.startServer();
  await stage.startLoad();
  await upload(stage, 8);
}

/** Answers up to now must come back; later ones may. */
const acknowledged = ({ journal }) => new Set(journal.writes.filter(({ outcome }) => outcome === "acknowledged"));

/** The end of the first life: all issued numbers, and a session. */
async function lose(stage) {
  await stage.stopLoad();
  const { rows } = await stage.superuser.query("select case_number as number from core.cases");
  stage.issued = rows.map(({ number }) => number);
  stage.cookie = stage.load.users[0].client.cookie;
  await stage.superuser.end();
  await stage.cluster.crash();
}

/** The second life: refused, then handled, then as good as new. */
async function revive(stage, kept) {
  const { journal } = stage;
  for (const write of journal.writes) if (write.outcome === "acknowledged" && !kept.has(write)) write.outcome = "unknown";
  await stage.connectAgain();
  const before = await stage.superuser.query("select count(*)::integer as cases from core.cases");
  await requireRefusal(stage);

  const told = await casefile(stage, ["after-restore"], "MIGRATOR_DATABASE_URL", "casefile_migrator");
  if (!/Number series moved/.test(told)) stage.problems.push(`after-restore says: ${told}`);
  const again = await casefile(stage, ["after-restore"], "MIGRATOR_DATABASE_URL", "casefile_migrator");
  if (!/done before/.test(again)) stage.problems.push("after-restore did it twice");
  await until("the server serves again", async () => (await ask(stage, "/ready")) === 200, NOTICED_WITHIN, 50);
  if ((await ask(stage, "/api/cases", stage.cookie)) !== 401) stage.problems.push("an old session is still good");

  await stage.startLoad();
  await upload(stage, 4);
  await stage.calm(1, 5);
  await stage.stopLoad();
  await judgeNumbers(stage, before.rows[0].cases);
  await judgeByFsck(stage);
}

async function requireRefusal(stage) {
  await until("the server refuses", async () => (await ask(stage, "/ready")) === 503, NOTICED_WITHIN, 50);
  if ((await ask(stage, "/api/cases", stage.cookie)) !== 503) stage.problems.push("it serves a restored database");
  const environment = { AUTH_MODE: "mock", DATABASE_URL: stage.cluster.urlOf("casefile_api", stage.database), PORT: "1" };
  const second = stage.casefile("serve", "second", environment);
  second.start();
  const status = await second.ended;
  if (status !== 1) stage.problems.push(`another server ended with ${status}, and not by refusing`);
}

/** The status of an answer, outside the clients' log. */
async function ask({ server }, path, cookie) {
  const answer = await fetch(`http://${server.host}:${server.port}${path}`, { headers: cookie ? { cookie } : {} });
  await answer.arrayBuffer();
  return answer.status;
}

async function judgeNumbers(stage, before) {
  const { rows } = await stage.superuser.query(
    `select c.case_number as number from core.cases as c, audit.restores as r
     where c.case_number = any ($1) and c.created_at > r.occurred_at`,
    [stage.issued],
  );
  const lost = stage.issued.length - before;
  if (lost === 0) stage.problems.push("no case was lost: is this a drill?");
  if (rows.length > 0) stage.problems.push(`numbers were given again: ${rows.map(({ number }) => number).slice(0, 3)}`);
  stage.remarks.push(`${lost} of ${stage.issued.length} cases lost, ${rows.length || "none"} of their numbers given again`);
}

/** Documents of lost rows are orphaned; everything else agrees. */
async function judgeByFsck(stage) {
  const said = await casefile(stage, ["fsck", "--json"], "BACKUP_DATABASE_URL", "casefile_backup");
  const { found, end: { checked } } = readFindings(said);
  const orphans = found.filter(({ problem }) => problem === "orphaned").length;
  for (const other of found.filter(({ problem }) => problem !== "orphaned").slice(0, 3)) {
    stage.problems.push(`fsck: ${JSON.stringify(other)}`);
  }
  if (orphans !== stage.orphans) stage.problems.push(`fsck names ${orphans} orphaned documents, and there are ${stage.orphans}`);
  stage.remarks.push(`fsck: ${checked.documents} documents whole, ${orphans} of lost rows named`);
}

async function fromDump(stage) {
  await begin(stage);
  const kept = acknowledged(stage);
  const folder = join(stage.setting.state, "backup");
  await script(stage, "backup", [folder], "casefile_backup", stage.database);
  await upload(stage, 2);
  stage.orphans = 2;
  await stage.calm(1.5, 6);
  await lose(stage);

  await stage.cluster.replaceByNew();
  await stage.cluster.query("postgres", `create database ${stage.database} template template0`);
  await script(stage, "restore", [folder], "postgres", stage.database);
  for (const login of LOGINS) {
    await stage.cluster.query("postgres", `alter role ${login} password '${stage.cluster.passwords.get(login)}'`);
  }
  await revive(stage, kept);
}

async function script(stage, name, words, login, database) {
  const PG_BIN = existsSync(join(stage.setting.bin, "pg_dump")) ? stage.setting.bin : "";
  await run(join(SCRIPTS, name), words, {
    env: { ...process.env, DATABASE_URL: stage.cluster.urlOf(login, database), PG_BIN },
  }).catch((error) => {
    throw new Error(`scripts/${name}: ${error.stderr}`);
  });
}

async function toMoment(stage) {
  await begin(stage);
  await stage.cluster.takeBase();
  await stage.calm(0.5, 2);
  const kept = acknowledged(stage);
  const { rows } = await stage.superuser.query("select clock_timestamp()::text as moment");
  await sleep(200);
  await upload(stage, 2);
  stage.orphans = 2;
  // Waits until the mark is newer than the moment.
  await stage.calm(5.5, 7);
  await stage.superuser.query("select pg_switch_wal()");
  await stage.cluster.archived(stage.superuser);
  await lose(stage);
  await stage.cluster.recoverTo(rows[0].moment);
  await revive(stage, kept);
}

const openCluster = (setting) => OwnCluster.open(setting);

export default [
  {
    name: "restore-dump",
    title: "the cluster lost; a dump restored on another",
    mayCut: true,
    prepare: copyCluster,
    leaveOut: lacks("pg_dump"),
    openCluster,
    run: fromDump,
  },
  {
    name: "restore-moment",
    title: "the cluster lost; recovered to a moment from base backup and archived log",
    mayCut: true,
    isLong: true,
    prepare: copyCluster,
    openCluster,
    run: toMoment,
  },
];
