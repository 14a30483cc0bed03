// The settings of scripts/bench.
const { env } = process;

export const command = env.BENCH_COMMAND;
export const [cases, fewCases] = env.BENCH_CASES.split(" ").map(Number);
export const seconds = Number(env.BENCH_SECONDS);
export const runs = Number(env.BENCH_RUNS);
export const quick = env.BENCH_QUICK === "true";
export const chain = env.BENCH_CHAIN === "true";
export const hasPostgraphile = env.BENCH_POSTGRAPHILE === "true";
export const statements = env.BENCH_STATEMENTS;
export const state = env.BENCH_STATE;
export const casefile = env.CASEFILE;
export const dataFolder = env.BENCH_PGDATA;
export const databaseLog = env.BENCH_SERVER_LOG;
export const names = process.argv.slice(2);

export const connections = 10;
export const manyConnections = 64;

export const superuserUrl = (database) => at(env.BENCH_SUPERUSER_URL, database);
export const apiUrl = (database) => at(env.BENCH_API_URL, database);

function at(address, database) {
  const url = new URL(address);
  url.pathname = `/${database}`;
  return url.href;
}
