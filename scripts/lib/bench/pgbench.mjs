// pgbench, with the statements of a request as one pipeline.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { state } from "./settings.mjs";
import { databaseProcessorTime, run } from "./programs.mjs";

/**
 * A script, and its variables. `varying` gives an expression that replaces a parameter's value; the others become
 * constant variables, so that all of them are parameters here, too.
 */
export function pipeline(statements, varying = {}, prefix = "p") {
  const variables = {};
  const lines = statements.map(({ text, parameters }, number) =>
    text.replace(/\$(\d+)/g, (_, place) => {
      const value = parameters[place - 1];
      if (value === null) return "null"; // pgbench has no null to send
      if (Object.hasOwn(varying, value)) return varying[value];
      const name = `${prefix}${number}_${place}`;
      variables[name] = value;
      return `:${name}`;
    }),
  );
  return { text: ["\\startpipeline", ...lines.map((line) => `${line};`), "\\endpipeline"].join("\n"), variables };
}

/**
 * Transactions a second, their 99th percentile in ms, and PostgreSQL's processor time for them in seconds: after a second for
 * new connections to plan everything, like the server's earlier.
 */
export async function runPgbench(url, name, { text, variables = {} }, clients, seconds) {
  const folder = join(state, "pgbench");
  const logs = join(folder, "log");
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  const file = join(folder, `${name}.sql`);
  writeFileSync(file, `${text}\n`);
  const begun = {};
  const args = [
    "--no-vacuum",
    "--protocol=prepared",
    `--client=${clients}`,
    "--jobs=1",
    `--time=${Math.floor(clients / 16) + 1 + seconds}`, // they connect one after the other
    "--progress=1",
    "--log",
    `--log-prefix=${join(logs, "transactions")}`,
    `--file=${file}`,
    ...Object.entries(variables).map(([variable, value]) => `--define=${variable}=${value}`),
    url,
  ];
  const said = await run("pgbench", args, {}, (piece) => {
    for (const [, time, rate] of piece.matchAll(/^progress: ([\d.]+) s, ([\d.]+) tps/gm)) {
      if (begun.transactions > 0) return;
      const transactions = (time - (begun.time ?? 0)) * rate;
      Object.assign(begun, { time: Number(time), transactions, processorTime: databaseProcessorTime() });
    }
  });
  const databaseSeconds = databaseProcessorTime() - begun.processorTime;
  const figure = (pattern) => Number(pattern.exec(said)?.[1] ?? NaN);
  const all = figure(/^number of transactions actually processed: (\d+)/m);
  // Progress counts from the start, and the rate from the last connection on.
  const time = all / figure(/^tps = ([\d.]+)/m) + figure(/^initial connection time = ([\d.]+) ms/m) / 1000;
  const failed = figure(/^number of failed transactions: (\d+)/m) || 0;
  const transactions = all - begun.transactions;
  const rate = transactions / (time - begun.time);
  if (!(rate > 0) || failed > 0) throw new Error(`pgbench has failed with ${file}:\n${said}`);
  return { rate, transactions, databaseSeconds, p99: percentile99(logs, begun.transactions) };
}

/** In ms, of all transactions but the first ones. */
function percentile99(logs, first) {
  const [name] = readdirSync(logs); // there is one thread
  const lines = readFileSync(join(logs, name), "utf8").trimEnd().split("\n").slice(Math.round(first));
  const times = lines.map((line) => Number(line.split(" ", 3)[2]) / 1000).sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)];
}
