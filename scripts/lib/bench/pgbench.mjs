// pgbench, with the statements of a request as one pipeline.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { apiUrl, connections, state } from "./settings.mjs";
import { databaseProcessorTime, run } from "./programs.mjs";

/**
 * A script, and the variables that it wants. `varying` says by what expression a parameter's value is to be
 * replaced; any other is a variable that stays the same, so that all of them are parameters here, too.
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
 * Transactions a second, and PostgreSQL's processor time for them in seconds: after a second in which new connections
 * plan everything for the first time, as those of the server have done before.
 */
export async function runPgbench(database, name, script, variables, seconds) {
  const folder = join(state, "pgbench");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.sql`);
  writeFileSync(file, `${script}\n`);
  const begun = {};
  const args = [
    "--no-vacuum",
    "--protocol=prepared",
    `--client=${connections}`,
    "--jobs=1",
    `--time=${seconds + 1}`,
    "--progress=1",
    `--file=${file}`,
    ...Object.entries(variables).map(([variable, value]) => `--define=${variable}=${value}`),
    apiUrl(database),
  ];
  const said = await run("pgbench", args, {}, (piece) => {
    const [, time, rate] = /^progress: ([\d.]+) s, ([\d.]+) tps/m.exec(piece) ?? [];
    if (time && !begun.time) {
      Object.assign(begun, { time: Number(time), transactions: time * rate, processorTime: databaseProcessorTime() });
    }
  });
  const figure = (pattern) => Number(pattern.exec(said)?.[1] ?? NaN);
  const all = figure(/^number of transactions actually processed: (\d+)/m);
  const time = all / figure(/^tps = ([\d.]+)/m);
  const failed = figure(/^number of failed transactions: (\d+)/m) || 0;
  const transactions = all - begun.transactions;
  const rate = transactions / (time - begun.time);
  if (!(rate > 0) || failed > 0) throw new Error(`pgbench has failed with ${file}:\n${said}`);
  return { rate, transactions, databaseSeconds: databaseProcessorTime() - begun.processorTime };
}
