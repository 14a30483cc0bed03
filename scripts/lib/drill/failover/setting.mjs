// Where failover is drilled: three database machines, and two with a Casefile server each, one with HAProxy beside it.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { makeSetting } from "../setting.mjs";
import { openMachines } from "./machine.mjs";
import { PatroniCluster } from "./patroni-cluster.mjs";
import { HAPROXY } from "./shipped.mjs";

const CERTIFICATES = new URL("../../certificates.sh", import.meta.url).pathname;
const DATABASE_MACHINES = ["db-1", "db-2", "db-3"];

export async function makeFailoverSetting(quick) {
  const setting = makeSetting(quick);
  const { state } = setting;
  execFileSync(CERTIFICATES, [join(state, "tls")], { stdio: "pipe" });
  const machines = await openMachines([...DATABASE_MACHINES, "app-1", "app-2"], state);
  const command = ["haproxy", "-db", "-f", HAPROXY];
  machines.get("app-2").start({ name: "HAProxy", command, log: join(state, "haproxy.log") });
  const cluster = new PatroniCluster(setting, DATABASE_MACHINES.map((name) => machines.get(name)));
  return { ...setting, machines, cluster };
}
