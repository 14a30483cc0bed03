// Faults of a database on several machines, and whether Casefile serves again with nothing lost. One
// server reaches it by a URL with several hosts, the other by HAProxy; clients use both.
import { Backends } from "../failover/backends.mjs";
import { now, sleep } from "../time.mjs";

/** In milliseconds. A lease ends after 20 s; then another machine must become primary. */
const FAILOVER = 25_000;
const SWITCHOVER = 3000;
/** The longest wait for the service to return. */
const PATIENCE = 45_000;
const BEFORE_LOOKING = 1500;
/** Longer than a lease. */
const LONG = 25_000;
const POOL = 10;
/** A server's connections that look for the primary, or listen. */
const BESIDE_THE_POOL = 4;
const SEVERAL_HOSTS = "several-hosts";

/**
 * `fault` does the damage. It may return a function to run, still under load, once clients are served again; that one may
 * return a function that repairs the rest after the load.
 */
const underLoad = (fault) => async (stage) => {
  const { cluster } = stage;
  await startServers(stage);
  await stage.startLoad();
  const primary = await cluster.untilPrimary();
  const began = now();
  const mend = await fault(stage, primary);
  await untilServed(stage);
  await mend?.();
  await stage.watchRecovery(stage.from ?? began);
  await stage.stopLoad();
  await rest(stage);
};

async function startServers(stage) {
  stage.addresses = await stage.cluster.addresses();
  const routes = [
    [SEVERAL_HOSTS, "app-1", stage.addresses],
    ["haproxy", "app-2", "127.0.0.1:5000"],
  ];
  for (const [name, machine, addresses] of routes) await startServer(stage, name, machine, addresses);
}

function startServer(stage, name, machine, addresses) {
  const { cluster, database, setting } = stage;
  const { prefix, address: host } = setting.machines.get(machine);
  // A newly started HAProxy does not yet recognise standbys.
  const url = `${cluster.urlOf("casefile_api", database, addresses)}&target_session_attrs=read-write`;
  return stage.startServer({ name, host, prefix, environment: { DATABASE_URL: url } });
}

/** By both servers, for a while; if not in time, the check will say so. */
async function untilServed({ seen, servers }) {
  const end = now() + PATIENCE;
  do await sleep(BEFORE_LOOKING);
  while (now() < end && !servers.every((server) => seen.isNormal(server, BEFORE_LOOKING)));
}

/** The cluster repairs itself, and then the checker runs. */
async function rest(stage) {
  const took = await stage.cluster.settle();
  stage.remarks.push(`whole again ${seconds(took)} s after the load`);
  await stage.connectAgain();
}

const seconds = (milliseconds) => (milliseconds / 1000).toFixed(1);

async function kill({ cluster }, primary) {
  await primary.kill();
  await cluster.untilPrimary(primary);
  return () => cluster.startMachine(primary);
}

async function switchOver(stage, primary) {
  const standby = await stage.cluster.anyStandby();
  const asked = now();
  await stage.cluster.switchover(primary, standby);
  // At first everything continues, while PostgreSQL writes a checkpoint in advance.
  return () => (stage.from = stage.seen.firstRefusal(asked));
}

/** The first host of the URL. A server that starts meanwhile must go on to the next. */
async function vanish(stage, primary) {
  const { cluster } = stage;
  primary.cutOff();
  await cluster.untilPrimary(primary);
  return async () => {
    await startMeanwhile(stage);
    primary.connect();
  };
}

async function startMeanwhile(stage) {
  const began = now();
  try {
    await startServer(stage, "started-meanwhile", "app-1", stage.addresses);
    stage.remarks.push(`a server that was started meanwhile answered after ${seconds(now() - began)} s`);
  } catch {
    stage.problems.push("a server that was started meanwhile did not start");
  }
}

async function freeze({ cluster }, primary) {
  primary.freeze();
  await cluster.untilPrimary(primary);
  return () => primary.thaw();
}

/** The primary is cut off from everything except one server. */
async function partition({ cluster, setting }, primary) {
  const standbys = cluster.machines.filter((machine) => machine !== primary);
  primary.cutOff([...standbys, setting.machines.get("app-2")]);
  await cluster.untilPrimary(primary);
  return () => primary.connect();
}

/** PostgreSQL continues, and nothing can stop it. */
async function killPatroni({ cluster }, primary) {
  await cluster.patroniOf(primary).signal("KILL");
  await cluster.untilPrimary(primary);
  return () => cluster.startPatroni(primary);
}

async function killStandby({ cluster }) {
  const standby = await cluster.anyStandby();
  await standby.kill();
  return () => cluster.startMachine(standby);
}

/** No write is acknowledged, and reads continue. etcd stays: without a majority, the primary would step down. */
async function killStandbys(stage, primary) {
  const { cluster } = stage;
  const standbys = cluster.machines.filter((machine) => machine !== primary);
  const backends = new Backends(stage.superuser);
  for (const standby of standbys) await standby.kill([cluster.etcdOf(standby)]);
  await stage.calm(LONG / 1000, LONG / 1000);
  stage.from = now();
  standbys.forEach((standby) => cluster.startPatroni(standby));
  const most = await backends.most();
  stage.remarks.push(`at most ${most} backends of two servers with pools of ${POOL}`);
  if (most > 2 * (POOL + BESIDE_THE_POOL)) stage.problems.push(`there were ${most} backends`);
}

async function loseEtcd(stage) {
  const { cluster } = stage;
  await Promise.all(cluster.machines.map((machine) => cluster.etcdOf(machine).signal("KILL")));
  await stage.calm(LONG / 1000, LONG / 1000);
  cluster.machines.forEach((machine) => cluster.startEtcd(machine));
}

/** With asynchronous replication during `fault`. */
const asynchronously = (fault) => async (stage) => {
  const { cluster } = stage;
  await cluster.setSynchronous(false);
  try {
    await underLoad(fault)(stage);
  } finally {
    await cluster.setSynchronous(true);
  }
};

const FAULTS = [
  { name: "kill", title: "kill -9 of the primary's machine", refuses: true, run: underLoad(kill) },
  { name: "switchover", title: "a switchover by patronictl", within: SWITCHOVER, run: underLoad(switchOver) },
  {
    name: "vanish",
    title: "the first host of the URL, which is the primary, vanishes and comes back",
    refuses: true,
    run: underLoad(vanish),
  },
  { name: "freeze", title: "the primary's machine frozen, then thawed", refuses: true, run: underLoad(freeze) },
  {
    name: "partition",
    title: "the primary hears the server with several hosts, and nobody else",
    refuses: true,
    run: underLoad(partition),
  },
  {
    name: "patroni-kill",
    title: "kill -9 of the primary's Patroni, PostgreSQL goes on",
    refuses: true,
    mayBeStale: SEVERAL_HOSTS,
    run: underLoad(killPatroni),
  },
  { name: "standby-kill", title: "kill -9 of a standby's machine", run: underLoad(killStandby) },
  { name: "standbys-kill", title: "kill -9 of both standbys", refuses: true, run: underLoad(killStandbys) },
  { name: "etcd", title: "kill -9 of all of etcd", undisturbed: true, run: underLoad(loseEtcd) },
  {
    name: "kill-async",
    title: "kill -9 of the primary's machine, asynchronous",
    lossy: true,
    run: asynchronously(kill),
  },
  {
    name: "patroni-kill-async",
    title: "kill -9 of the primary's Patroni, PostgreSQL goes on, asynchronous",
    lossy: true,
    run: asynchronously(killPatroni),
  },
];

export default FAULTS.map((fault) => ({ within: FAILOVER, byServer: true, ...fault }));
