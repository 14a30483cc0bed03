// Where one drill takes place: a database of its own, a server, clients, and what they saw.
import { checkDatabase, describe } from "./checker.mjs";
import { Journal } from "./journal.mjs";
import { Load } from "./load.mjs";
import { Seen } from "./seen.mjs";
import { Server } from "./server.mjs";
import { now, sleep } from "./time.mjs";

const COURTS = 4;

export class Stage {
  problems = [];
  remarks = [];
  servers = [];

  constructor(setting, drill, cluster = setting.cluster) {
    Object.assign(this, { setting, drill, cluster, database: `drill_${drill.name.replaceAll("-", "_")}` });
    this.seen = new Seen();
    this.journal = new Journal(setting.keys);
  }

  async open() {
    const { database, cluster, setting } = this;
    await cluster.query("postgres", `create database ${database} template ${setting.template}`);
    await cluster.query("postgres", `grant connect on database ${database} to casefile_api, casefile_worker`);
    this.superuser = await cluster.connect(database);
  }

  /** The first is the one that clients begin with. */
  async startServer(options) {
    const server = await Server.open(this.setting, this.cluster.urlOf("casefile_api", this.database), options);
    this.servers.push(server);
    return server;
  }

  get server() {
    return this.servers[0];
  }

  async startLoad(options) {
    const { rows } = await this.superuser.query(`select name from core.courts order by code limit ${COURTS}`);
    const courts = rows.map(({ name }) => name);
    const { seen, journal } = this;
    this.load = new Load({ courts, ports: this.servers.map(({ port }) => port), seen, journal, ...options });
    await this.load.start();
    await this.calm(0.7, 3);
  }

  /** Lets the load go on for so many seconds. */
  calm(quick, full) {
    return sleep(1000 * this.lasting(quick, full));
  }

  lasting(quick, full) {
    return this.setting.quick ? quick : full;
  }

  /** From now on all should be well again; looks on for a while whether it is. */
  async watchRecovery() {
    this.seen.faultEnds(now());
    await this.calm(1.8, 5);
  }

  async stopLoad() {
    this.seen.lookingEnds();
    await this.load.stop();
  }

  /** The connections to the server's own database, which drills of the server do not cut. */
  async connectAgain() {
    this.superuser = await this.cluster.connect(this.database);
  }

  /** What the checker says, and whether everything that should live does. */
  async judge() {
    const rules = await checkDatabase(this.superuser, this.journal);
    this.problems.push(
      ...describe(rules),
      ...this.seen.problems(this.drill),
      ...this.servers.flatMap(({ program }) => program.deaths),
      ...this.cluster.program.deaths,
    );
    if (this.journal.count("acknowledged") < 20) this.problems.push("hardly any write was acknowledged");
  }

  /** However the drill ended. */
  async close() {
    this.load?.close();
    await Promise.all(this.servers.map(({ program }) => program.stop("KILL")));
    this.cluster.thaw();
    await this.superuser?.end().catch(() => {});
  }
}
