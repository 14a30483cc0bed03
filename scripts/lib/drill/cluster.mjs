// PostgreSQL under test. Its postmaster is a child of this process, which restarts it like systemd.
import { readFileSync } from "node:fs";
import { Access } from "./access.mjs";
import { childrenOf, Program, stateOf } from "./program.mjs";
import { until } from "./time.mjs";

export class Cluster extends Access {
  constructor({ bin, data, prefix, log, port, passwords }) {
    super(passwords);
    this.port = port;
    this.program = new Program({
      name: "PostgreSQL",
      command: [`${bin}/postgres`, "-D", data, "-p", String(port)],
      prefix,
      log,
      deathSignal: "QUIT",
    });
  }

  get address() {
    return `127.0.0.1:${this.port}`;
  }

  get deaths() {
    return this.program.deaths;
  }

  /** Starts it, and waits until it accepts connections: then the database is back. */
  async start(patience = 30_000) {
    const takesConnections = () => {
      if (!this.program.runs) this.program.start(); // again, if it could not at first
      return this.accepts();
    };
    await until("PostgreSQL takes connections", takesConnections, patience, 10);
    this.program.deaths = [];
  }

  /** Postmaster and children. Pauses the postmaster meanwhile, so that it starts no more. */
  #everyProcess() {
    process.kill(this.program.id, "SIGSTOP");
    return [this.program.id, ...childrenOf(this.program.id)];
  }

  /** kill -9 of all of it, like a crash of the machine. */
  async crash() {
    const processes = this.#everyProcess();
    const ended = this.program.signal("KILL");
    processes.slice(1).forEach((id) => send(id, "SIGKILL"));
    await ended;
    await until("its processes are gone", () => processes.every((id) => !lives(id)), 5000, 5);
  }

  freeze() {
    this.frozen = this.#everyProcess();
    this.frozen.forEach((id) => send(id, "SIGSTOP"));
  }

  thaw() {
    this.frozen?.forEach((id) => send(id, "SIGCONT"));
    this.frozen = undefined;
  }

  /** Like `pg_ctl stop -m fast`. */
  stopFast() {
    return this.program.stop("INT");
  }

  /** For good: its data are not needed. */
  async discard() {
    this.thaw();
    await this.program.stop("QUIT");
  }
}

/** Logins and passwords, from scripts/lib/cluster.sh. */
export function readPasswords(file) {
  return new Map(
    readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(" ")),
  );
}

/** pg_terminate_backend on every connection of a database; how many there were. */
export async function terminateAll(client, database) {
  const { rows } = await client.query(
    `select count(*) filter (where pg_terminate_backend(pid))::integer as ended
     from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()`,
    [database],
  );
  return rows[0].ended;
}

function send(id, signal) {
  try {
    process.kill(id, signal);
  } catch {
    // ended meanwhile
  }
}

function lives(id) {
  try {
    return stateOf(id)[0] !== "Z";
  } catch {
    return false;
  }
}
