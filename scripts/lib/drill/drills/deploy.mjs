// A deploy: an old and a new server side by side while a migration changes what functions return. Then the old one
// gets the signal to stop, and finishes its requests.
import { readFileSync } from "node:fs";
import { addField, apply, retype } from "../migration.mjs";
import { now } from "../time.mjs";

const VOID_PLAN = "cached plan must not change result type";
const RETYPED = ["api.case_read", "api.case_page", "api.status_change"];
/** In milliseconds: below the real limit, because nothing here takes long. */
const STOPPING = 5000;

async function deploy(stage) {
  const old = await stage.startServer({ name: "server-old" });
  await stage.startServer({ name: "server-new" });
  await stage.startLoad();
  await migrate(stage);

  const told = now();
  await old.program.stop("TERM");
  const took = now() - told;
  stage.remarks.push(`the old server stopped within ${Math.round(took)} ms`);
  if (took > STOPPING) stage.problems.push(`the old server took ${Math.round(took)} ms to stop`);
  await stage.watchRecovery();
  await stage.stopLoad();
  await judge(stage, old);
}

/** Two changes of functions' results. The first invalidates plans of connections that have used them. */
async function migrate(stage) {
  const { cluster, database } = stage;
  const from = readLog(stage).length;
  await apply(cluster, database, await retype(stage.superuser, RETYPED));
  await stage.calm(1, 4);
  const times = readLog(stage).slice(from).split(VOID_PLAN).length - 1;
  stage.remarks.push(`${times} void plans`);
  if (times === 0) stage.problems.push("the migration made no plan void");

  await apply(cluster, database, addField());
  await stage.calm(1, 4);
}

const readLog = ({ setting }) => readFileSync(setting.log, "utf8");

/**
 * The old server may end a connection before it accepts a request there, and clients try again. It answers every
 * accepted request. The new server ends none.
 */
async function judge({ seen, superuser, problems }, old) {
  const lost = seen.requests.filter(({ outcome }) => outcome === "cut" || outcome === "no connection");
  const ofNew = lost.filter(({ server }) => server !== old);
  if (ofNew.length > 0) problems.push(`the new server lost ${ofNew.length} requests`);

  const ids = lost.map(({ requestId }) => requestId);
  const { rows } = await superuser.query(
    "select distinct request_id::text as id from audit.entries where request_id = any ($1::uuid[])",
    [ids],
  );
  const done = new Set(rows.map(({ id }) => id));
  const log = readFileSync(old.program.log, "utf8");
  const dropped = ids.filter((id) => done.has(id) || log.includes(id));
  if (dropped.length > 0) problems.push(`${dropped.length} requests were accepted and not answered (${dropped[0]})`);
}

export default [
  {
    name: "deploy",
    title: "a deploy that changes result types, and adds a field",
    mayCut: true,
    undisturbed: true,
    run: deploy,
  },
];
