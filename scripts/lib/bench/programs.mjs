// Programs that end with this process, and their cost.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dataFolder } from "./settings.mjs";

const running = new Set();
process.on("exit", () => {
  for (const program of running) program.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));

export function start(program, args, options) {
  const child = spawn(program, args, options);
  running.add(child);
  child.on("exit", () => running.delete(child));
  return child;
}

/** The output of a program until it ends, which must be with 0; a listener gets each piece at once. */
export function run(program, args, env, listen = () => {}) {
  return new Promise((resolve, reject) => {
    const child = start(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (piece) => {
        said += piece;
        listen(String(piece));
      });
    }
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(said);
      else reject(new Error(`${program} ended with ${code}:\n${said.slice(-2000)}`));
    });
  });
}

const TICKS = 100; // a second, on every Linux

/** Seconds of processor time of a process and its ended children. */
export function processorTime(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "").split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS;
}

/** The same for all processes of the PostgreSQL cluster. */
export function databaseProcessorTime() {
  const postmaster = readFileSync(join(dataFolder, "postmaster.pid"), "utf8").split("\n")[0];
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, "utf8").trim().split(" ");
  return [postmaster, ...children].reduce((sum, pid) => {
    try {
      return sum + processorTime(pid);
    } catch {
      return sum; // it has ended, and so it counts with its parent
    }
  }, 0);
}

/** In MiB. */
export function residentMemory(pid) {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
}
