// Measures the named workloads, and prints the table.
// Usage: see scripts/bench, which sets the environment that settings.mjs reads.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";
import { connect } from "../pg.mjs";
import { checkIdeal } from "./ideal.mjs";
import { openLoad } from "./load.mjs";
import { startPostgraphile } from "./postgraphile.mjs";
import { residentMemory } from "./programs.mjs";
import { measure } from "./rounds.mjs";
import { startServer } from "./server.mjs";
import { cases, command, connections, fewCases, hasPostgraphile, names, quick, runs, seconds, superuserUrl } from "./settings.mjs";
import { traceStatements } from "./statements.mjs";
import { holds, median, table } from "./table.mjs";
import { workloads } from "./workloads.mjs";
import { runWrk } from "./wrk.mjs";

/** How long a server takes to be ready, in ms. */
async function measureStart(database) {
  const times = [];
  for (let number = 0; number < 5; number++) {
    const server = await startServer(database);
    times.push(server.startMs);
    await server.stop();
  }
  return median(times);
}

async function measureEmpty(server) {
  const request = { script: "same.lua", settings: { PATH: "/api/public/health" } };
  const rates = [];
  for (let number = 0; number < runs; number++) {
    rates.push((await runWrk(server, request, connections, Math.min(seconds, 2))).rate);
  }
  return median(rates);
}

/** The result of one workload. A ratio just under its floor is measured again before it counts. */
async function judge(workload, statements, load, small) {
  if (workload.parts) return judgeParts(workload, load, small);
  const row = await measure(workload, statements, load, small);
  const { value, floor, ceiling } = row.ratio;
  const isNear = floor ? value >= 0.9 * floor : value <= 1.1 * ceiling;
  if (!quick || holds(row.ratio) || !isNear) return row;
  console.error(`   ${workload.name} once more, as ${value.toFixed(2)} is nearly enough`);
  return measure(workload, statements, load, small);
}

/** One row, from the worst part: if it keeps its bounds, all of them do. */
async function judgeParts({ name, title, parts }, load, small) {
  const rows = [];
  for (const part of parts) rows.push(await judge(part, undefined, load, small));
  for (const { title, ratio, scale, rate } of rows) {
    const scaled = scale && scale.value !== ratio.value ? `, ${scale.value.toFixed(2)} x with fewer cases` : "";
    console.error(`   ${name} ${title}: ${ratio.value.toFixed(2)} ${ratio.unit}${scaled}, ${Math.round(rate)}/s`);
  }
  const worst = rows.reduce((one, other) => (excess(other) > excess(one) ? other : one));
  return { ...worst, title: `${title}; the worst: ${worst.title}` };
}

const excess = ({ faults, ratio, scale }) =>
  faults ? Infinity : Math.max(ratio.value / ratio.ceiling, scale ? scale.value / scale.ceiling : 0);

async function machine(database) {
  const client = await connect(superuserUrl(database));
  const { rows } = await client.query("select current_setting('server_version') as version");
  await client.end();
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8", cwd: new URL(".", import.meta.url) });
  const model = /^model name\s*: (.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? os.arch();
  return [
    `\`${command}\` of ${commit.trim()}, ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`,
    `${os.cpus().length} x ${model}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, Linux ${os.release()}; PostgreSQL ${rows[0].version}`,
    `${runs} runs of ${seconds} s each; load when it began: ${os.loadavg()[0].toFixed(1)}`,
  ];
}

const chosen = workloads.filter(({ name }) => names.includes(name));
const about = await machine("postgres");
const startMs = await measureStart(`bench_${cases}`);
const load = await openLoad(cases);
const small = fewCases && (await openLoad(fewCases));
if (hasPostgraphile && chosen.some(({ graphql }) => graphql)) load.postgraphile = await startPostgraphile(load);
const probes = new Map();
for (const workload of chosen) {
  await workload.prepare?.(load);
  if (workload.ideal) await checkIdeal(load, workload.ideal);
  if (workload.probes) probes.set(workload, await workload.probes(load));
}
const statements = await traceStatements(load.database, probes);
const empty = await measureEmpty(load.server);

// Writes come last, so that all workloads read the same.
const inTurn = [...chosen].sort((a, b) => (a.writes ?? false) - (b.writes ?? false));
const found = new Map();
for (const workload of inTurn) found.set(workload, await judge(workload, statements.get(workload), load, small));
const memory = residentMemory(load.server.pid);
const postgraphileMemory = load.postgraphile && residentMemory(load.postgraphile.pid);
await load.postgraphile?.stop();
await load.close();
await small?.close();

const rows = chosen.map((workload) => found.get(workload)).map((row) => ({ ...row, ofEmpty: row.rate / empty }));
const server = [
  { name: "", title: "empty endpoint", ratio: {}, rate: empty },
  { name: "", title: "server RSS at the end", ratio: { value: memory, ceiling: 40, aim: 20, unit: "MiB", digits: 1 } },
  postgraphileMemory && { name: "", title: "PostGraphile RSS at the end", ratio: { value: postgraphileMemory, unit: "MiB", digits: 1 } },
  { name: "", title: "server start to ready", ratio: { value: startMs, ceiling: 100, aim: 50, unit: "ms", digits: 0 } },
].filter(Boolean);
console.log([...about.map((line) => `${line}  `), "", table([...rows, ...server])].join("\n"));

const invalid = rows.filter(({ faults }) => faults);
for (const { name, faults } of invalid) console.error(`error: ${name} is not valid: ${faults}`);

// Times depend more on the machine than on the server.
const beyond = [...rows, ...server]
  .flatMap(({ name, title, ratio, scale, manyP99, ofPostgraphile }) => [ratio, scale, manyP99, ofPostgraphile].map((figure) => ({ name: name || title, ...figure })))
  .filter((figure) => figure.value && !holds(figure) && figure.unit !== "ms");
for (const { name, value, floor, ceiling, unit = "" } of beyond) {
  const bound = floor ? `its floor is ${floor}` : `it may have ${ceiling}`;
  console.error(`${quick ? "error" : "warning"}: ${name}: ${`${value.toFixed(2)} ${unit}`.trim()}, and ${bound}`);
}
if (invalid.length > 0 || (quick && beyond.length > 0)) process.exitCode = 1;
