// Measures one workload and its comparisons in turn, several times.
import { callerUrl } from "./ideal.mjs";
import { runPgbench } from "./pgbench.mjs";
import { postgrestScript } from "./postgrest.mjs";
import { apiUrl, chain, connections, manyConnections, quick, runs, seconds } from "./settings.mjs";
import { median } from "./table.mjs";
import { runWrk } from "./wrk.mjs";

/** The measurements for a workload: each a name and a function that runs it for some seconds. */
function sidesOf(workload, statements, load, small) {
  const wrk = (of, count = connections, request = workload.wrk) => async (time) =>
    runWrk(of.server, await request.call(workload, of), count, time);
  const sides = { http: wrk(load) };
  const pgbench = (count) => async (time) =>
    runPgbench(apiUrl(load.database), workload.name, await workload.pgbench(statements, load), count, time);
  // With --quick, the ideal replaces this.
  if (statements && !(quick && workload.ideal)) sides.pgbench = pgbench(connections);
  if (workload.ideal) {
    const { token, script } = workload.ideal;
    sides.ideal = async (time) =>
      runPgbench(await callerUrl(load.database, token), `${workload.name}-ideal`, { text: script(load) }, connections, time);
  }
  if (load.postgraphile && workload.graphql) {
    const settings = { BODY: workload.graphql, COURT: 0, CASES: load.cases };
    sides.postgraphile = async (time) => runWrk(load.postgraphile, { script: "graphql.lua", settings }, connections, time);
  }
  if (workload.postgrest && !quick) {
    sides.postgrest = async (time) => {
      const text = await postgrestScript(load.database, workload.ideal.token, workload.postgrest(load));
      return runPgbench(apiUrl(load.database), `${workload.name}-postgrest`, { text }, connections, time);
    };
  }
  for (const [name, request] of Object.entries(workload.others ?? {})) sides[name] = wrk(load, connections, request);
  if (chain && workload.chained) {
    sides.unchained = (time) => load.withoutChain(() => sides.http(time));
  }
  if (small && (workload.flat ?? !workload.others)) sides.small = wrk(small);
  if (workload.many && !quick) {
    sides.many = wrk(load, manyConnections);
    sides.manyPgbench = pgbench(manyConnections);
  }
  return sides;
}

export async function measure(workload, statements, load, small) {
  await load.renewSessions();
  await small?.renewSessions();
  const sides = sidesOf(workload, statements, load, small);
  for (const name of ["http", "small", "postgraphile"]) await sides[name]?.(quick ? 1 : 3); // to warm up
  const rounds = [];
  const count = (quick && workload.quickRuns) || runs;
  for (let number = 1; number <= count; number++) {
    const round = {};
    for (const [name, side] of Object.entries(sides)) {
      if (workload.writes) await load.checkpoint(); // each begins alike
      round[name] = await side(Math.min(seconds, workload.longest ?? seconds));
    }
    rounds.push(round);
    const rates = Object.entries(round).map(([name, { rate }]) => `${name} ${Math.round(rate)}/s`);
    console.error(`   ${workload.name} run ${number}: ${rates.join(", ")}`);
  }
  return rowOf(workload, rounds);
}

const ofLimit = ({ http, ideal, pgbench }) => http.rate / (ideal ?? pgbench).rate;

function rowOf(workload, rounds) {
  const of = (side, field) => median(rounds.map((round) => round[side][field]));
  const sum = (side, field) => rounds.reduce((total, round) => total + round[side][field], 0);
  const all = rounds.flatMap((round) => Object.values(round));
  const refused = all.reduce((total, { refused = 0 }) => total + refused, 0);
  const broken = all.reduce((total, { broken = 0 }) => total + broken, 0);
  const row = {
    name: workload.name,
    title: workload.title,
    faults: [
      refused && `${refused} answers other than 2xx`,
      broken && `${broken} without an answer`,
      all.some(({ rate }) => rate === 0) && "a run without any",
    ]
      .filter(Boolean)
      .join(", "),
    ratio: {
      value: median(rounds.map(workload.measure ?? ofLimit)),
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
  if (rounds[0].postgraphile) {
    row.postgraphile = of("postgraphile", "rate");
    row.ofPostgraphile = { value: median(rounds.map((round) => round.http.rate / round.postgraphile.rate)), floor: 4, unit: "x" };
  }
  if (rounds[0].small) row.scale = { value: median(rounds.map((round) => round.small.rate / round.http.rate)), ceiling: 1.3, unit: "x" };
  if (rounds[0].postgrest) row.postgrest = of("postgrest", "rate");
  if (rounds[0].unchained) {
    row.unchained = of("unchained", "rate");
    row.ofUnchained = median(rounds.map((round) => round.http.rate / round.unchained.rate));
  }
  if (rounds[0].ideal) row.ideal = of("ideal", "rate");
  if (rounds[0].many) {
    const times = [of("many", "p99"), of("manyPgbench", "p99")];
    row.manyP99 = { value: times[0] / times[1], ceiling: 1.5, unit: `x (${times.map((time) => time.toFixed(1)).join(" : ")} ms)` };
  }
  return row;
}
