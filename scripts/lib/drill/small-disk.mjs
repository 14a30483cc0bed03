// A cluster on a disk that can fill up: a small tmpfs in its own mount namespace, which ends with the last process in
// it.
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Cluster } from "./cluster.mjs";
import { pristine } from "./pristine.mjs";
import { freePort } from "./program.mjs";

const run = promisify(execFile);
const SIZE = "256m";
const isRoot = process.geteuid() === 0;
const OWN_NAMESPACE = ["--mount", ...(isRoot ? [] : ["--user", "--map-root-user"])];
/** PostgreSQL does not run as root, not even in a namespace. */
const AS_NOBODY = ["unshare", "--user", "--map-user=65534", "--map-group=65534"];

/** Why such a disk is impossible here, if it is. */
export function lack() {
  try {
    execFileSync("unshare", [...OWN_NAMESPACE, "mount", "-t", "tmpfs", "casefile", "/mnt"], { stdio: "pipe" });
    return undefined;
  } catch (error) {
    return `no tmpfs can be mounted here (${error.stderr?.toString().trim().split("\n")[0] || error.code})`;
  }
}

export class SmallDiskCluster extends Cluster {
  static async open(setting) {
    const folder = join(setting.state, "postgres", "small");
    mkdirSync(folder);
    const hold = `mount -t tmpfs -o size=${SIZE},mode=755 casefile "$1" && echo ready && exec cat`;
    // Ends with this process, at the end of its input.
    const holder = spawn("unshare", [...OWN_NAMESPACE, "sh", "-c", hold, "sh", folder], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    await once(holder.stdout, "data");
    const asItsRoot = isRoot ? [] : ["--user", "--preserve-credentials"];
    const enter = ["nsenter", `--target=${holder.pid}`, "--mount", ...asItsRoot];
    const { bin, passwords, prefix, log } = setting;
    const cluster = new SmallDiskCluster({
      bin,
      passwords,
      log,
      port: await freePort(),
      data: join(folder, "data"),
      prefix: [...enter, ...(isRoot ? prefix : AS_NOBODY)],
    });
    Object.assign(cluster, { holder, enter, ballast: join(folder, "ballast") });
    await cluster.#inside("cp", "-a", pristine(setting), join(folder, "data"));
    await cluster.start();
    return cluster;
  }

  /** Until not a byte is left. */
  async fill() {
    await this.#inside("dd", "if=/dev/zero", `of=${this.ballast}`, "bs=16k").catch(() => {});
  }

  async free() {
    await this.#inside("rm", this.ballast);
  }

  /** Restarts it after each end, until `letBe`. */
  keepUp() {
    this.timer = setInterval(() => this.program.runs || this.program.start(), 500);
  }

  letBe() {
    clearInterval(this.timer);
  }

  async discard() {
    this.letBe();
    await super.discard();
    this.holder.kill("SIGKILL");
  }

  #inside(...command) {
    const [program, ...rest] = [...this.enter, ...command];
    return run(program, rest);
  }
}
