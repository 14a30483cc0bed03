// dbmate as a stream of starts and ends.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * Runs dbmate until it ends or the signal stops it. Calls begins(name) and ends(name) for each migration, even
 * ends(name) for a failed one. Returns whether all went well, and the other output.
 */
export async function runDbmate([program, ...argv], url, signal, { begins, ends }) {
  const child = spawn(program, argv, {
    env: { ...process.env, DATABASE_URL: url },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  const said = [];
  createInterface(child.stderr).on("line", (line) => said.push(line.replace(/^Error: /, "")));
  createInterface(child.stdout).on("line", (line) => {
    const [, task, name] = /^(Applying|Applied|Rolling back|Rolled back): (\S+)/.exec(line) ?? [];
    if (!task) said.push(line);
    else if (task.endsWith("ing") || task.startsWith("Rolling")) begins(name);
    else ends(name);
  });
  const status = await new Promise((resolve, reject) => {
    child.on("error", (error) => reject(signal.aborted ? signal.reason : error));
    child.on("close", resolve);
  });
  signal.throwIfAborted();
  return { succeeded: status === 0, said: said.join("\n") };
}
