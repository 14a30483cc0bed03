// Runs the drills one after the other, reports each result, and prints the table.
// Usage: node main.mjs [--failover] --list | --self-test | [--quick] [--markdown] [NAME...], by scripts/drill
import { DRILLS, FAILOVER } from "./drills.mjs";
import { makeFailoverSetting } from "./failover/setting.mjs";
import { selfTest } from "./self-test.mjs";
import { makeSetting } from "./setting.mjs";
import { Stage } from "./stage.mjs";
import { leftOut, machine, rowOf, table } from "./table.mjs";
import { now, within } from "./time.mjs";

const names = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const wants = (option) => process.argv.includes(option);

const isFailover = wants("--failover");
const all = isFailover ? FAILOVER : DRILLS;

if (wants("--list")) {
  all.forEach(({ name, title }) => console.log(`${name.padEnd(20)}${title}`));
  process.exit();
}

const setting = await (isFailover ? makeFailoverSetting : makeSetting)(wants("--quick"));
/** A drill that takes longer is stopped and fails. */
const DEADLINE = setting.quick ? 60_000 : 150_000;

// All programs end with this process.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));

async function proveJudges() {
  const began = now();
  const missed = await selfTest(setting);
  missed.forEach((line) => console.error(`   ${line}`));
  const verdict = missed.length === 0 ? "every rule was broken by hand, and named" : "RED";
  console.error(`   checker: ${verdict} (${((now() - began) / 1000).toFixed(1)} s)`);
  return missed.length === 0;
}

async function runDrill(drill) {
  const why = drill.leaveOut?.();
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

/** A drill that failed half-way must not spoil the next. */
async function restoreCluster() {
  if (await setting.cluster.accepts()) return;
  await setting.cluster.discard();
  await setting.cluster.start();
}

async function runDrills(drills) {
  const rows = [];
  for (const drill of drills) {
    await restoreCluster();
    rows.push(await runDrill(drill));
    say(rows.at(-1));
  }
  const [{ server_version: version }] = await setting.cluster.query("postgres", "show server_version");
  console.log(`${machine(version, setting.quick)}\n\n${table(rows, wants("--markdown"))}`);
  return rows.every(({ problems }) => problems.length === 0);
}

/** All (with --quick, without the long ones), or those named in full or by their beginning. */
const isWanted = ({ name, isLong }) =>
  names.length === 0 ? !(setting.quick && isLong) : names.some((word) => name === word || name.startsWith(`${word}-`));

const drills = all.filter(isWanted);
for (const { prepare, leaveOut } of drills) if (!leaveOut?.()) await prepare?.(setting);
await setting.cluster.start();
let isGreen = true;
if (names.length === 0 && !isFailover) isGreen = await proveJudges();
if (!wants("--self-test")) isGreen = (await runDrills(drills)) && isGreen;
await setting.cluster.discard();
process.exit(isGreen ? 0 : 1);
