// wrk, with one of the scripts in wrk/.
import { join } from "node:path";
import { state } from "./settings.mjs";
import { databaseProcessorTime, processorTime, run } from "./programs.mjs";

const scripts = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "wrk");

/** Requests a second, latencies in ms, processor time in seconds, and how many went wrong. */
export async function runWrk(server, { script, settings = {} }, connections, seconds) {
  const env = { BENCH_WRK: scripts, BENCH_STATE: state };
  for (const [name, value] of Object.entries(settings)) env[`BENCH_${name}`] = String(value);
  const before = [processorTime(server.pid), databaseProcessorTime()];
  const said = await run(
    "wrk",
    ["--threads", "1", "--connections", String(connections), "--duration", `${seconds}s`, "--timeout", "5s", "--script", join(scripts, script), server.url],
    env,
  );
  const after = [processorTime(server.pid), databaseProcessorTime()];
  const report = JSON.parse(/^\{.*\}$/m.exec(said)?.[0] ?? "null");
  if (!report) throw new Error(`wrk has failed with ${script}:\n${said}`);
  return {
    ...report,
    rate: report.requests / report.seconds,
    serverSeconds: after[0] - before[0],
    databaseSeconds: after[1] - before[1],
  };
}
