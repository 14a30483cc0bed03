// A deploy: an old and a new server side by side while a migration changes what functions return; then the old one is
// told to stop, and finishes what it has begun.
import { readFileSync } from "node:fs";
import { addField, apply, retype } from "../migration.mjs";
import { now } from "../time.mjs";

const VOID_PLAN = "cached plan must not change result type";
const RETYPED = ["api.case_read", "api.case_page", "api.status_change"];
/** In milliseconds: less than what it may take at most, as nothing here takes long. */
const STOPPING = 5000;

async function run(stage, makeMigration) {
  const old = await stage.startServer({ name: "server-old" });
  await stage.startServer({ name: "server-new" });
  await stage.startLoad();
  await apply(stage.cluster, stage.database, await makeMigration(stage));
  await stage.calm(1.5, 4);

  const told = now();
  await old.program.stop("TERM");
  const took = now() - told;
  stage.remarks.push(`the old server stopped within ${Math.round(took)} ms`);
  if (took > STOPPING) stage.problems.push(`the old server took ${Math.round(took)} ms to stop`);
  await stage.watchRecovery();
  await stage.stopLoad();
  await judge(stage, old);
}

/** As many plans are void as there are connections that have used them. */
async function runRetyping(stage) {
  const from = readFileSync(stage.setting.log, "utf8").length;
  await run(stage, () => retype(stage.superuser, RETYPED));
  const times = readFileSync(stage.setting.log, "utf8").slice(from).split(VOID_PLAN).length - 1;
  stage.remarks.push(`${times} void plans`);
  if (times === 0) stage.problems.push("the migration made no plan void");
}

/** A connection may end before a request on it was accepted: clients try again. One that was accepted is answered. */
async function judge(stage, old) {
  const log = readFileSync(old.program.log, "utf8");
  const cut = stage.seen.requests.filter(({ outcome }) => outcome === "cut").map(({ requestId }) => requestId);
  const { rows } = await stage.superuser.query(
    "select distinct request_id::text as id from audit.entries where request_id = any ($1::uuid[])",
    [cut],
  );
  const dropped = cut.filter((id) => log.includes(id) || rows.some((row) => row.id === id));
  if (dropped.length > 0) stage.problems.push(`${dropped.length} requests were accepted and not answered (${dropped[0]})`);
}

const undisturbed = { mayCut: true, undisturbed: true };

export default [
  {
    name: "deploy",
    title: "a deploy that changes result types",
    ...undisturbed,
    run: runRetyping,
  },
  {
    name: "deploy-field",
    title: "a deploy that adds a field to the cases",
    ...undisturbed,
    run: (stage) => run(stage, addField),
  },
];
