// Faults of the server itself.
import { Client } from "../client.mjs";
import { open } from "../raw.mjs";
import { now, sleep } from "../time.mjs";

/** Like systemd with Restart=always. */
const RESTART_AFTER = 100;
const DESCRIPTORS = 64;
const HOGS = 200;
/** The extra share of a thread that the server may use while it cannot accept. */
const BUSY = 0.5;
const LOGINS_AT_ONCE = 64;
const LOGIN_USERS = 50;
/** The limit of auth.log_in for a user and role, plus a few opened at the same moment. */
const SESSIONS_OF_A_USER = 20 + 5;
/** In MiB. */
const GROWTH = 24;

async function kill(stage) {
  await stage.startServer();
  await stage.startLoad();
  let restarted;
  for (let times = stage.lasting(3, 8); times > 0; times -= 1) {
    await stage.server.program.signal("KILL");
    await sleep(RESTART_AFTER);
    restarted = now();
    await stage.server.start();
    if (times > 1) await sleep(800);
  }
  await stage.watchRecovery(restarted);
  await stage.stopLoad();
}

/** More clients than the server has descriptors. Earlier clients are served as before. */
async function starve(stage) {
  await stage.startServer({ prefix: ["prlimit", `--nofile=${DESCRIPTORS}:${DESCRIPTORS}`] });
  await stage.startLoad({ readers: false });
  const share = async () => {
    const [began, before] = [now(), stage.server.program.activity()];
    await stage.calm(1.5, 5);
    return (1000 * (stage.server.program.activity() - before)) / (now() - began);
  };
  const usual = await share();
  const hogs = await Promise.all(Array.from({ length: HOGS }, () => open(stage.server.port)));
  await sleep(200);
  const starved = await share();
  if (stage.server.program.descriptors() < DESCRIPTORS - 2) stage.problems.push("the descriptors did not run out");
  const activity = `threads active ${percent(usual)}, starved ${percent(starved)}`;
  stage.remarks.push(activity);
  if (starved - usual > BUSY) stage.problems.push(`a busy loop: ${activity}`);

  hogs.forEach((hog) => hog.destroy());
  const watch = stage.watchRecovery();
  await comeAnew(stage, stage.lasting(1.5, 4));
  await watch;
  await stage.stopLoad();
}

/** Clients on connections of their own, one after the other. */
async function comeAnew(stage, seconds) {
  const { cookie } = stage.load.users[0].client;
  for (const end = now() + 1000 * seconds; now() < end; await sleep(50)) {
    const client = new Client(stage.server, stage.seen);
    client.cookie = cookie;
    await client.request("GET", "/api/cases?pageSize=5");
    client.close();
  }
}

async function floodLogins(stage) {
  await stage.startServer();
  await stage.startLoad();
  const program = stage.server.program;
  const before = program.memory();
  let left = stage.lasting(10_000, 50_000);
  const flood = Array.from({ length: LOGINS_AT_ONCE }, async () => {
    const client = new Client(stage.server, stage.seen);
    for (; left > 0; left -= 1) {
      const username = `flood ${left % LOGIN_USERS}`;
      await client.request("POST", "/api/auth/login", { body: { username, role: "ADOPTER" } });
    }
    client.close();
  });
  await Promise.all(flood);
  await stage.watchRecovery();
  await stage.stopLoad();

  const growth = program.memory() - before;
  const rows = await sessions(stage);
  stage.remarks.push(`memory +${growth.toFixed(1)} MiB, ${rows} sessions`);
  if (growth > GROWTH) stage.problems.push(`memory grew by ${growth.toFixed(1)} MiB`);
  if (rows > LOGIN_USERS * SESSIONS_OF_A_USER) stage.problems.push(`${rows} sessions of ${LOGIN_USERS} users are kept`);
  await sweep(stage);
}

/** Removes expired sessions, a limited number at a time. */
async function sweep(stage) {
  await stage.superuser.query(
    "update auth.sessions set opened_at = opened_at - interval '1 hour', expires_at = expires_at - interval '1 hour'",
  );
  const { rows } = await stage.superuser.query("select to_regprocedure('auth.sweep(integer)') is not null as there");
  if (!rows[0].there) return stage.problems.push("nothing sweeps expired sessions");
  let longest = 0;
  for (let swept = 1; swept > 0; ) {
    const began = now();
    [{ swept }] = (await stage.superuser.query("select auth.sweep(500) as swept")).rows;
    longest = Math.max(longest, now() - began);
  }
  if (longest > 1000) stage.problems.push(`a sweep took ${Math.round(longest)} ms`);
  const kept = await sessions(stage, "");
  if (kept > 0) stage.problems.push(`${kept} expired sessions were not swept`);
}

async function sessions(stage, where = "where user_id like 'flood %'") {
  const { rows } = await stage.superuser.query(`select count(*)::integer as count from auth.sessions ${where}`);
  return rows[0].count;
}

const percent = (share) => `${Math.round(100 * share)} %`;

export default [
  { name: "server-kill", title: "kill -9 of the server", mayCut: true, run: kill },
  {
    name: "descriptors",
    title: `${DESCRIPTORS} file descriptors, ${HOGS} connections more`,
    undisturbed: true,
    run: starve,
  },
  { name: "logins", title: "a flood of logins", undisturbed: true, run: floodLogins },
];
