// The programs of a drill: watched, and ended with this process at the latest.
import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";

export class Program {
  #process;
  #mayEnd = false;

  /** `prefix` is a command that runs the program, such as one that changes the user. */
  constructor({ name, command, prefix = [], environment = {}, log, deathSignal = "KILL" }) {
    Object.assign(this, { name, command, prefix, environment, log, deathSignal, deaths: [] });
  }

  start() {
    const [program, ...rest] = [...this.prefix, "setpriv", "--pdeathsig", this.deathSignal, ...this.command];
    const log = openSync(this.log, "a");
    const { PATH, LANG, TESSDATA_PREFIX } = process.env;
    const started = spawn(program, rest, {
      stdio: ["ignore", log, log],
      env: { PATH, LANG, TESSDATA_PREFIX, ...this.environment },
    });
    closeSync(log);
    this.#process = started;
    this.#mayEnd = false;
    this.ended = new Promise((resolve) => {
      started.on("error", (error) => resolve(error.message));
      started.on("exit", (code, signal) => {
        if (!this.#mayEnd) this.deaths.push(`${this.name} ended by itself (${signal ?? `status ${code}`})`);
        resolve(signal ?? code);
      });
    });
    return this;
  }

  get id() {
    return this.#process?.pid;
  }

  get runs() {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** From here on, the program may end. */
  signal(name) {
    this.#mayEnd = true;
    if (this.runs) this.#process.kill(`SIG${name}`);
    return this.ended;
  }

  async stop(name = "TERM", patience = 15_000) {
    if (!this.runs) return;
    const late = setTimeout(() => this.signal("KILL"), patience);
    await this.signal(name);
    clearTimeout(late);
  }

  /** Seconds in which its threads worked or waited for a processor, which shows a loop even on a busy machine. */
  activity() {
    const tasks = `/proc/${this.id}/task`;
    const spent = readdirSync(tasks).map((task) => {
      const [running, waiting] = readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ").map(Number);
      return running + waiting;
    });
    return spent.reduce((sum, time) => sum + time, 0) / 1e9;
  }

  /** Resident memory in MiB. */
  memory() {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${this.id}/status`, "utf8"))[1]) / 1024;
  }

  descriptors() {
    return readdirSync(`/proc/${this.id}/fd`).length;
  }
}

export function childrenOf(parent) {
  const numbers = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return numbers.map(Number).filter((id) => {
    try {
      return Number(stateOf(id)[1]) === parent;
    } catch {
      return false; // ended meanwhile
    }
  });
}

/** The fields of /proc/ID/stat from the state on, after a name with any characters. */
export function stateOf(id) {
  const text = readFileSync(`/proc/${id}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

/** Below the ports that the system assigns itself, so that it stays free while a program is down. */
export async function freePort() {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 16_000);
    const isFree = await new Promise((resolve) => {
      const server = createServer();
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
