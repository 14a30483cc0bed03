// The setting of one drill: its own database, a server, clients, and their observations.
import { join } from "node:path";
import { checkDatabase, describe } from "./checker.mjs";
import { Journal } from "./journal.mjs";
import { Load } from "./load.mjs";
import { freePort, Program } from "./program.mjs";
import { Seen } from "./seen.mjs";
import { Server } from "./server.mjs";
import { now, sleep } from "./time.mjs";

const COURTS = 4;

export class Stage {
  problems = [];
  remarks = [];
  servers = [];
  /** More programs that end with the drill. */
  others = [];

  constructor(setting, drill) {
    const { cluster } = setting;
    Object.assign(this, { setting, drill, cluster, database: `drill_${drill.name.replaceAll("-", "_")}` });
    this.documents = join(setting.state, `documents-${drill.name}`);
    this.seen = new Seen();
    this.journal = new Journal();
  }

  async open() {
    this.cluster = (await this.drill.openCluster?.(this.setting)) ?? this.cluster;
    const { database, cluster, setting } = this;
    await cluster.query("postgres", `create database ${database} template ${setting.template}`);
    await cluster.query("postgres", `grant connect on database ${database} to casefile_api, casefile_worker`);
    this.superuser = await cluster.connect(database);
  }

  /** A `casefile serve` or `casefile worker`, not started yet. */
  casefile(command, name, environment, prefix) {
    const { state, casefile } = this.setting;
    return new Program({
      name: `the ${name}`,
      command: [casefile, command],
      prefix,
      environment: { APP_ENV: "TEST", DOCUMENT_STORE_URL: `file://${this.documents}`, ...environment },
      log: join(state, `${this.drill.name}.${name}.log`),
    });
  }

  /** Clients begin with the first. `prefix` is a command that runs it. */
  async startServer({ name = "server", environment = {}, prefix, host = "127.0.0.1" } = {}) {
    if (this.isClosed) throw new Error("too late");
    const port = await freePort();
    const url = this.cluster.urlOf("casefile_api", this.database);
    const own = { AUTH_MODE: "mock", DATABASE_URL: url, HOST: host, PORT: String(port), ...environment };
    const server = new Server({ name, host, port, program: this.casefile("serve", name, own, prefix) });
    this.servers.push(server);
    await server.start();
    return server;
  }

  get server() {
    return this.servers[0];
  }

  async startLoad(options) {
    const { rows } = await this.superuser.query(`select name from core.courts order by code limit ${COURTS}`);
    const courts = rows.map(({ name }) => name);
    const { seen, journal } = this;
    this.load = new Load({ courts, servers: this.servers, seen, journal, ...options });
    await this.load.start();
    await this.calm(0.5, 3);
  }

  /** Continues the load for so many seconds. */
  async calm(quick, full) {
    await sleep(1000 * this.lasting(quick, full));
    if (this.isClosed) throw new Error("too late"); // the next drill has begun
  }

  lasting(quick, full) {
    return this.setting.quick ? quick : full;
  }

  /** From then on, all should be well again; watches for a while whether it is. */
  async watchRecovery(from = now()) {
    this.seen.faultEnds(from);
    await this.calm(1.5, 5);
  }

  async stopLoad() {
    this.seen.lookingEnds();
    await this.load.stop();
  }

  /** After the cluster was away. */
  async connectAgain() {
    this.superuser = await this.cluster.connect(this.database);
  }

  /** The checker's findings, and whether every expected program is alive. */
  async judge() {
    const rules = await checkDatabase(this.superuser, this.journal);
    if (this.drill.lossy) return this.#tellLosses(rules);
    this.problems.push(
      ...describe(rules),
      ...this.seen.problems(this.drill),
      ...this.#programs().flatMap(({ deaths }) => deaths),
      ...this.cluster.deaths,
    );
    if (this.journal.count("acknowledged") < 20) this.problems.push("hardly any write was acknowledged");
  }

  /** For a drill that must show losses. */
  #tellLosses(rules) {
    const lost = rules.get("an acknowledged write is missing")?.length ?? 0;
    const acknowledged = this.journal.count("acknowledged");
    this.remarks.push(`lost ${lost} of ${acknowledged} acknowledged writes`, `${this.seen.stale.length} stale reads`);
  }

  #programs() {
    return [...this.servers.map(({ program }) => program), ...this.others];
  }

  /** After any end of the drill. */
  async close() {
    this.isClosed = true;
    this.load?.close();
    await Promise.all(this.#programs().map((program) => program.stop("KILL")));
    this.cluster.thaw();
    await this.superuser?.end().catch(() => {});
    if (this.cluster !== this.setting.cluster) await this.cluster.discard();
  }
}
