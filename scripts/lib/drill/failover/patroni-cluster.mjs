// Three database machines with etcd and Patroni, which make, run and mend one PostgreSQL cluster among them.
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Access } from "../access.mjs";
import { now, until } from "../time.mjs";
import { configurationOf, configurePatroni, etcdEnvironment, patroniEnvironment } from "./shipped.mjs";

const run = promisify(execFile);
const SCRIPTS = new URL("../../../", import.meta.url).pathname;
const ROLES = new URL("../../../../db/roles.sql", import.meta.url).pathname;
const PYTHON_PATH = new URL("../../../../target/patroni", import.meta.url).pathname;
const PATRONI = ["python3", "-m", "patroni"];
/** The time limit for Patroni to make or repair a cluster of three, in milliseconds. */
const PATIENCE = 60_000;
/** For a question that Patroni answers at once or never. */
const MOMENT = 1000;

const isSynchronous = ({ role }) => role === "quorum_standby";
const etcd = (machine) => `etcd of ${machine}`;
const patroni = (machine) => `Patroni of ${machine}`;

export class PatroniCluster extends Access {
  tls = "sslmode=require"; // whose certificate it is, no drill asks
  isAsynchronous = false;

  constructor(setting, machines) {
    super(setting.passwords);
    Object.assign(this, { setting, machines });
  }

  /** In the form for a URL of several hosts, with the primary first. */
  async addresses() {
    const primary = await this.untilPrimary();
    const machines = [primary, ...this.machines.filter((machine) => machine !== primary)];
    return machines.map(({ name }) => `${name}:5432`).join(",");
  }

  get deaths() {
    return this.machines.flatMap(({ deaths }) => deaths);
  }

  async start() {
    this.machines.forEach(({ name }) => configurePatroni(this.setting, name));
    this.machines.forEach((machine) => this.startMachine(machine));
    await this.settle();
    await this.#prepare(this.setting.template);
  }

  /** Starts the services of a database machine. */
  startMachine(machine) {
    this.startEtcd(machine);
    return this.startPatroni(machine);
  }

  startEtcd(machine) {
    const { name } = machine;
    const { state } = this.setting;
    const environment = etcdEnvironment(this.setting, name);
    const log = join(state, `${name}.etcd.log`);
    return machine.start({ name: etcd(name), command: ["etcd"], environment, log });
  }

  startPatroni(machine) {
    const { name } = machine;
    const { state, prefix } = this.setting;
    const environment = { ...patroniEnvironment(this.setting, name), PYTHONPATH: PYTHON_PATH };
    const command = [...PATRONI, configurationOf(this.setting, name)];
    const log = join(state, `${name}.patroni.log`);
    return machine.start({ name: patroni(name), prefix, command, environment, log });
  }

  etcdOf(machine) {
    return machine.programs.findLast(({ name }) => name === etcd(machine.name));
  }

  patroniOf(machine) {
    return machine.programs.findLast(({ name }) => name === patroni(machine.name));
  }

  /** A database that is ready for Casefile, as a deployment makes it. */
  async #prepare(database) {
    const environment = { ...process.env, DATABASE_URL: this.urlOf("postgres", "postgres") };
    const passwords = join(this.setting.state, "passwords");
    await run("node", [join(SCRIPTS, "lib/prepare.mjs"), database, ROLES, passwords], { env: environment });
    // db/roles.sql has revoked it from everybody, and pg_rewind needs it.
    await this.query("postgres", "grant connect on database postgres to rewinder");
    environment.DATABASE_URL = this.urlOf("casefile_migrator", database);
    await run(join(SCRIPTS, "migrate"), [], { env: environment });
    await this.query(database, "set role casefile_owner; select auth.mark_database('TEST')");
  }

  /** The state of all members, from the first one that answers. */
  async members() {
    for (const { name } of this.machines) {
      try {
        const answer = await fetch(`http://${name}:8008/cluster`, { signal: AbortSignal.timeout(MOMENT) });
        const { members } = await answer.json();
        if (members?.length > 0) return members;
      } catch {
        // the next
      }
    }
    return [];
  }

  /** The machine whose Patroni holds the lease; `but` may hold it no longer. */
  async primary(but) {
    const machines = this.machines.filter((machine) => machine !== but);
    const holds = await Promise.all(
      machines.map(({ name }) =>
        fetch(`http://${name}:8008/primary`, { signal: AbortSignal.timeout(MOMENT) }).then(({ ok }) => ok, () => false),
      ),
    );
    return machines[holds.indexOf(true)];
  }

  async anyStandby() {
    const { name } = (await this.members()).find(isSynchronous);
    return this.machines.find((machine) => machine.name === name);
  }

  async untilPrimary(but) {
    let primary;
    const isThere = async () => (primary = await this.primary(but)) !== undefined;
    await until("there is a primary", isThere, PATIENCE, 100);
    this.address = `${primary.name}:5432`;
    return primary;
  }

  /** All three are present, and the standbys are healthy. */
  async isWhole() {
    const members = await this.members();
    const [primary, ...others] = members.filter(({ role }) => role === "leader");
    if (members.length !== this.machines.length || primary === undefined || others.length > 0) return false;
    const standbys = members.filter((member) => member !== primary);
    const follow = standbys.every(({ state, timeline }) => state === "streaming" && timeline === primary.timeline);
    const asMeant = standbys.every((standby) => isSynchronous(standby) !== this.isAsynchronous);
    return primary.state === "running" && follow && asMeant;
  }

  /** Waits until it is complete. Returns how long that took. */
  async settle() {
    const began = now();
    await until("the cluster is whole", () => this.isWhole(), PATIENCE, 200);
    await this.untilPrimary();
    return now() - began;
  }

  /** Whether the next drill can use it. */
  accepts() {
    return this.settle().then(() => true, () => false);
  }

  async connect(database) {
    await this.untilPrimary();
    return super.connect(database);
  }

  /** Asks Patroni to change something, as patronictl does. */
  async #tell(machine, method, path, body) {
    const own = patroniEnvironment(this.setting, machine.name);
    const login = `${own.PATRONI_RESTAPI_USERNAME}:${own.PATRONI_RESTAPI_PASSWORD}`;
    const headers = { authorization: `Basic ${btoa(login)}` };
    const answer = await fetch(`http://${machine.name}:8008/${path}`, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`Patroni does not take ${path}: ${answer.status} ${await answer.text()}`);
  }

  /** Whether a commit waits for a standby. */
  async setSynchronous(isSynchronous) {
    const [machine] = this.machines;
    await this.#tell(machine, "PATCH", "config", { synchronous_mode: isSynchronous ? "quorum" : false });
    this.isAsynchronous = !isSynchronous;
    await this.settle();
  }

  switchover(from, to) {
    return this.#tell(from, "POST", "switchover", { leader: from.name, candidate: to.name });
  }

  /** A drill may have ended half-way. */
  thaw() {
    this.machines.forEach((machine) => machine.recover());
  }

  async discard() {
    this.thaw();
    await Promise.all(this.machines.map((machine) => machine.kill()));
    const { state } = this.setting;
    const folders = this.machines.flatMap(({ name }) => [join(state, `${name}.etcd`), join(state, "postgres", name)]);
    folders.forEach((folder) => rmSync(folder, { recursive: true, force: true }));
  }
}
