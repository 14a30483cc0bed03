// A copy of the cluster from before all drills, for drills that need their own, and commands of its user.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

export const pristine = ({ state }) => join(state, "postgres", "pristine");

/** Copies the cluster while it is stopped. */
export function copyCluster(setting) {
  if (!existsSync(pristine(setting))) execFileSync("cp", ["-a", setting.data, pristine(setting)]);
}

/** Runs a command as the owner of the data. */
export function asServer({ prefix }, command, input = "") {
  const [program, ...rest] = [...prefix, ...command];
  execFileSync(program, rest, { input });
}

/** Writes a file that only the server can read. */
export function writeAsServer(setting, file, content) {
  asServer(setting, ["sh", "-c", 'umask 077; cat >"$1"', "sh", file], content);
}
