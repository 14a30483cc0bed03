// How a backup or a restore goes: its steps and their times, its end by a signal, and its errors.
import { rmSync } from "node:fs";
import { explain } from "../pg.mjs";
import { Complaint } from "../migrate/reach.mjs";

const seconds = (from) => `${((performance.now() - from) / 1000).toFixed(1)} s`;

/** Announces a step, and afterwards its time and its result. */
export async function step(title, work) {
  const from = performance.now();
  console.log(`== ${title}`);
  const outcome = await work();
  console.log(`   ${title}: ${outcome ? `${outcome}, ` : ""}${seconds(from)}`);
}

/** Runs the work, and ends this process with its status. */
export async function run(work, { unfinished, aftermath = [] } = {}) {
  const ending = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => ending.abort(new Complaint(`It was interrupted (${signal}).`)));
  }
  try {
    process.exitCode = (await work(ending.signal)) ?? 0;
  } catch (error) {
    if (unfinished) rmSync(unfinished, { recursive: true, force: true });
    const reason = ending.signal.aborted ? ending.signal.reason : error;
    console.error(reason instanceof Complaint ? reason.message : explain(reason, reason.text ?? ""));
    for (const line of aftermath) console.error(`       ${line}`);
    process.exitCode = 1;
  }
}
