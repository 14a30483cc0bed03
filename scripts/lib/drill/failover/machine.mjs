// A machine of the drill: a network namespace on one bridge, and its programs. The drill itself runs in namespaces
// of its own (see scripts/lib/failover.sh). They take all of this with them, however the drill ends.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Program, stateOf } from "../program.mjs";
import { until } from "../time.mjs";

const NETWORK = "10.99.0";

const run = (command, ...rest) => execFileSync(command, rest, { stdio: ["ignore", "pipe", "pipe"] });

/** Machines by name, for each other too. */
export async function openMachines(names, state) {
  run("ip", "link", "add", "lan", "type", "bridge");
  run("ip", "address", "add", `${NETWORK}.1/24`, "dev", "lan");
  run("ip", "link", "set", "lan", "up");
  const machines = names.map((name, number) => new Machine(name, `${NETWORK}.${11 + number}`));
  for (const machine of machines) await machine.open();
  const hosts = join(state, "hosts");
  const lines = machines.map(({ name, address }) => `${address} ${name}\n`);
  writeFileSync(hosts, `127.0.0.1 localhost\n${lines.join("")}`);
  run("mount", "--bind", hosts, "/etc/hosts");
  return new Map(machines.map((machine) => [machine.name, machine]));
}

export class Machine {
  programs = [];

  constructor(name, address) {
    Object.assign(this, { name, address });
  }

  async open() {
    // It keeps the namespace. It ends with this process, at the end of its input.
    const hold = ["--net", "sh", "-c", "echo ready && exec cat"];
    this.holder = spawn("unshare", hold, { stdio: ["pipe", "pipe", "inherit"] });
    await once(this.holder.stdout, "data");
    const { pid } = this.holder;
    this.prefix = ["nsenter", `--net=/proc/${pid}/ns/net`];
    this.namespace = namespaceOf(pid);
    run("ip", "link", "add", this.name, "type", "veth", "peer", "name", "eth0", "netns", String(pid));
    run("ip", "link", "set", this.name, "master", "lan", "up");
    this.run("ip", "link", "set", "lo", "up");
    this.run("ip", "address", "add", `${this.address}/24`, "dev", "eth0");
    this.run("ip", "link", "set", "eth0", "up");
  }

  run(...command) {
    return run(...this.prefix, ...command);
  }

  /** Starts a program here. */
  start({ prefix = [], ...program }) {
    const started = new Program({ ...program, prefix: [...this.prefix, ...prefix] }).start();
    this.programs.push(started);
    return started;
  }

  get deaths() {
    return this.programs.flatMap(({ deaths }) => deaths);
  }

  /** From now on, packets between this machine and `others` (default: all) are lost without notice. */
  cutOff(others) {
    const rule = (direction) => {
      const whom = others?.map(({ address }) => address).join(", ");
      const [device, end] = direction === "input" ? ["iifname", "saddr"] : ["oifname", "daddr"];
      const which = whom === undefined ? `${device} eth0` : `ip ${end} { ${whom} }`;
      return `chain ${direction} { type filter hook ${direction} priority 0; ${which} drop; }`;
    };
    const rules = `table inet cut {\n${rule("input")}\n${rule("output")}\n}\n`;
    const [command, ...rest] = [...this.prefix, "nft", "-f", "-"];
    execFileSync(command, rest, { input: rules });
  }

  connect() {
    this.run("nft", "flush", "ruleset");
  }

  /** Ends its faults, but restarts no killed program. */
  recover() {
    this.connect();
    this.thaw();
  }

  /** The processes here, except those of `spared` programs. */
  processes(spared = []) {
    const others = new Set([this.holder.pid, ...spared.map(({ id }) => id)]);
    const all = readdirSync("/proc").map(Number).filter((id) => id > 1 && !others.has(id));
    return all.filter((id) => namespaceOf(id) === this.namespace && lives(id));
  }

  /** Includes processes that start meanwhile. */
  freeze(spared) {
    const frozen = new Set();
    const running = () => this.processes(spared).filter((id) => !frozen.has(id));
    for (let found = running(); found.length > 0; found = running()) {
      found.forEach((id) => send(id, "SIGSTOP"));
      found.forEach((id) => frozen.add(id));
    }
  }

  thaw() {
    this.processes().forEach((id) => send(id, "SIGCONT"));
  }

  /** kill -9 of every process here. */
  async kill(spared = []) {
    this.freeze(spared);
    const killed = this.programs.filter((program) => !spared.includes(program));
    const ended = killed.map((program) => program.signal("KILL"));
    this.processes(spared).forEach((id) => send(id, "SIGKILL"));
    await Promise.all(ended);
    await until(`nothing runs on ${this.name}`, () => this.processes(spared).length === 0);
    this.programs = spared;
  }
}

function namespaceOf(id) {
  try {
    return readlinkSync(`/proc/${id}/ns/net`);
  } catch {
    return undefined; // ended meanwhile
  }
}

function lives(id) {
  try {
    return stateOf(id)[0] !== "Z";
  } catch {
    return false;
  }
}

function send(id, signal) {
  try {
    process.kill(id, signal);
  } catch {
    // ended meanwhile
  }
}
