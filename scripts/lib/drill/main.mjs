// Runs the drills one after the other, says of each how it went, and prints the table.
// Usage: node main.mjs [--quick] [--markdown] [--without-keys] [NAME...], called by scripts/drill
import { DRILLS } from "./drills.mjs";
import { selfTest } from "./self-test.mjs";
import { makeSetting } from "./setting.mjs";
import { Stage } from "./stage.mjs";
import { leftOut, machine, rowOf, table } from "./table.mjs";
import { now, within } from "./time.mjs";

const names = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const wants = (option) => process.argv.includes(option);
const setting = makeSetting({ quick: wants("--quick"), keys: !wants("--without-keys") });

/** A drill that takes longer is stopped, and red. */
const DEADLINE = setting.quick ? 45_000 : 150_000;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));

async function runDrill(drill) {
  const why = drill.leaveOut?.(setting);
  if (why) return leftOut(drill, why);
  const began = now();
  const stage = new Stage(setting, drill);
  try {
    await within(drill.title, DEADLINE, inOrder(stage));
  } catch (error) {
    stage.problems.push(error.message);
    if (process.env.DRILL_TRACE) console.error(error);
  } finally {
    await stage.close();
  }
  return rowOf(stage, (now() - began) / 1000);
}

async function inOrder(stage) {
  await stage.open();
  await stage.drill.run(stage);
  await stage.judge();
}

function say({ name, problems, seconds, cells }) {
  console.error(`   ${name}: ${cells.at(-1)}${seconds === undefined ? "" : ` (${seconds.toFixed(1)} s)`}`);
  problems.forEach((problem) => console.error(`      ${problem}`));
}

/** A drill that left the cluster down must not spoil the next. */
async function restoreCluster() {
  if (!(await setting.cluster.accepts())) {
    await setting.cluster.close();
    await setting.cluster.start();
  }
}

async function proveJudges() {
  const missed = await selfTest(setting);
  missed.forEach((line) => console.error(`   ${line}`));
  console.error(missed.length === 0 ? "   every rule was broken, and named" : `   ${missed.length} rules are not kept`);
  await setting.cluster.close();
  process.exit(missed.length === 0 ? 0 : 1);
}

const rows = [];
await setting.cluster.start();
if (wants("--self-test")) await proveJudges();
for (const drill of DRILLS.filter(({ name }) => names.length === 0 || names.includes(name))) {
  await restoreCluster();
  const row = await runDrill(drill);
  say(row);
  rows.push(row);
}
const [{ server_version: version }] = await setting.cluster.query("postgres", "show server_version");
await setting.cluster.close();

console.log(`${machine(version, setting.quick)}\n\n${table(rows, wants("--markdown"))}`);
const red = rows.filter(({ problems }) => problems.length > 0);
process.exit(red.length > 0 ? 1 : 0);
