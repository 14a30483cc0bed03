// Deployments that migrate one database at the same time take turns: dbmate itself takes no lock.
import { setTimeout as sleep } from "node:timers/promises";
import { Complaint } from "./reach.mjs";

const KEY = "hashtext('casefile migrations')";
const BETWEEN_SIGNS_OF_LIFE = 5000;
const BETWEEN_TRIES = 200;

/**
 * Does the work while this client holds the lock. The work gets a signal to stop, and a function to query the
 * client.
 */
export async function withLock(client, seconds, say, work) {
  await lock(client, seconds, say);
  const held = new AbortController();
  const stop = (what) => held.abort(new Complaint(
    what,
    "The migration that was running is rolled back whole, the ones before it stay. Run this again.",
  ));
  const lose = () => stop("The connection that keeps other deployments out was lost, so dbmate was stopped.");
  client.on("error", lose);
  client.on("end", lose);
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(name, () => stop(`Stopped by ${name}.`));
  // One at a time: the driver requires it.
  let last = Promise.resolve();
  const ask = (text) => {
    const next = last.then(() => client.query({ text, query_timeout: BETWEEN_SIGNS_OF_LIFE }));
    last = next.catch(() => {});
    return next;
  };
  // A connection that is cut silently raises no error by itself.
  const signs = setInterval(() => ask("select").catch(lose), BETWEEN_SIGNS_OF_LIFE);
  try {
    return await work(held.signal, ask);
  } finally {
    clearInterval(signs);
  }
}

async function lock(client, seconds, say) {
  // The login's own limits are for migrations.
  await client.query("set statement_timeout = 0");
  const deadline = Date.now() + seconds * 1000;
  for (let isSaid = false; ; isSaid = true) {
    const { rows } = await client.query(`select pg_try_advisory_lock(${KEY}) as held`);
    if (rows[0].held === "t") return;
    if (Date.now() >= deadline) {
      throw new Complaint(
        `After ${seconds} s another deployment${await holder(client)} is still migrating this database.`,
        "Nothing was changed. See what that one is doing, and run this again, or wait longer with --lock-wait SECONDS.",
      );
    }
    if (!isSaid) {
      say(`Another deployment${await holder(client)} is migrating this database; waiting up to ${seconds} s for it.`);
    }
    // Polls, because a concurrent index of the other deployment would wait for a waiting statement.
    await sleep(BETWEEN_TRIES);
  }
}

async function holder(client) {
  const { rows } = await client.query(
    `select pid from pg_locks where locktype = 'advisory' and granted and objsubid = 1
       and database = (select oid from pg_database where datname = current_database())
       and (classid::bigint << 32 | objid::bigint) = ${KEY}::bigint`,
  );
  return rows.length > 0 ? ` (process ${rows[0].pid} of the database server)` : "";
}
