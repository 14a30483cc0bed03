// Measures one workload: everything that it is compared with in turn, several times over.
import { runPgbench } from "./pgbench.mjs";
import { connections, manyConnections, quick, runs, seconds } from "./settings.mjs";
import { median } from "./table.mjs";
import { runWrk } from "./wrk.mjs";

/** What is measured in turn for a workload: each a name and a function that runs it for some seconds. */
function sidesOf(workload, statements, load, small) {
  const wrk = (of, count = connections, request = workload.wrk) => async (time) =>
    runWrk(of.server, await request.call(workload, of), count, time);
  const sides = { http: wrk(load) };
  if (statements) {
    sides.pgbench = async (time) => {
      const { text, variables } = await workload.pgbench(statements, load);
      return runPgbench(load.database, workload.name, text, variables, time);
    };
  }
  for (const [name, request] of Object.entries(workload.others ?? {})) sides[name] = wrk(load, connections, request);
  if (small && !workload.others) sides.small = wrk(small);
  if (workload.many && !quick) sides.many = wrk(load, manyConnections);
  return sides;
}

export async function measure(workload, statements, load, small) {
  await load.renewSessions();
  await small?.renewSessions();
  const sides = sidesOf(workload, statements, load, small);
  for (const name of ["http", "small"]) await sides[name]?.(1); // to warm up
  const rounds = [];
  const count = (quick && workload.quickRuns) || runs;
  for (let number = 1; number <= count; number++) {
    const round = {};
    for (const [name, side] of Object.entries(sides)) {
      if (workload.writes) await load.checkpoint(); // each begins alike
      round[name] = await side(seconds);
    }
    rounds.push(round);
    const rates = Object.entries(round).map(([name, { rate }]) => `${name} ${Math.round(rate)}/s`);
    console.error(`   ${workload.name} run ${number}: ${rates.join(", ")}`);
  }
  return rowOf(workload, rounds);
}

const ofPgbench = (round) => round.http.rate / round.pgbench.rate;

function rowOf(workload, rounds) {
  const of = (side, field) => median(rounds.map((round) => round[side][field]));
  const sum = (side, field) => rounds.reduce((total, round) => total + round[side][field], 0);
  const all = rounds.flatMap((round) => Object.values(round));
  const refused = all.reduce((total, { refused = 0 }) => total + refused, 0);
  const broken = all.reduce((total, { broken = 0 }) => total + broken, 0);
  const row = {
    name: workload.name,
    title: workload.title,
    faults: [refused && `${refused} answers other than 2xx`, broken && `${broken} without an answer`].filter(Boolean).join(", "),
    ratio: {
      value: median(rounds.map(workload.measure ?? ofPgbench)),
      floor: workload.floor,
      ceiling: workload.ceiling,
      aim: workload.aim,
      unit: workload.unit,
    },
    rate: of("http", "rate"),
    p50: of("http", "p50"),
    p99: of("http", "p99"),
    serverSeconds: (sum("http", "serverSeconds") / sum("http", "requests")) * 1000,
    databaseSeconds: (sum("http", "databaseSeconds") / sum("http", "requests")) * 1000,
  };
  if (rounds[0].pgbench) {
    row.pgbench = of("pgbench", "rate");
    row.pgbenchSeconds = (sum("pgbench", "databaseSeconds") / sum("pgbench", "transactions")) * 1000;
  }
  if (rounds[0].small) row.scale = { value: median(rounds.map((round) => round.small.rate / round.http.rate)), ceiling: 1.3, unit: "x" };
  if (rounds[0].many) row.manyP99 = { value: of("many", "p99"), ceiling: 15 };
  return row;
}
