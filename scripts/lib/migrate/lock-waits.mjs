// Watches whose locks dbmate waits for while it runs: after it has given up, the wait is over.
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const BETWEEN_LOOKS = 200;
const LOOK = readFileSync(new URL("lock-waits.sql", import.meta.url), "utf8");

/** Shows only a statement's command and our table: the rest may contain personal data. */
const SHOWN =
  /^\s*(select|insert into|update|delete from|merge into|copy|truncate|lock table|alter table|vacuum|analyze|create|drop|begin|fetch)\b(?:\s+((?:api|audit|auth|core|worker)\.[a-z_]+))?/i;

export class LockWaits {
  #ask;
  #waits = [];
  #firstSeen = new Map();

  constructor(ask) {
    this.#ask = ask;
  }

  /** Does the work and watches meanwhile. */
  async during(work) {
    this.#waits = [];
    const over = new AbortController();
    const looking = this.#look(over.signal);
    try {
      return await work();
    } finally {
      over.abort();
      await looking;
    }
  }

  async #look(signal) {
    try {
      // The login itself may see more of other sessions than its role.
      await this.#ask("set role none");
      while (!signal.aborted) {
        const { rows } = await this.#ask(LOOK);
        for (const row of rows) this.#notice(row);
        if (rows.length > 0) this.#waits = rows;
        await pause(BETWEEN_LOOKS, undefined, { signal });
      }
    } catch {
      // The migration does not depend on it, and its owner notices a lost connection.
    }
  }

  #notice(row) {
    const key = `${row.pid} ${row.virtualtransaction}`;
    if (!this.#firstSeen.has(key)) this.#firstSeen.set(key, Date.now());
    row.seen = Math.round((Date.now() - this.#firstSeen.get(key)) / 1000);
  }

  /** The last wait and its blocking sessions, one line each. */
  describe() {
    if (this.#waits.length === 0) return ["Nobody was seen to hold the lock: look into pg_stat_activity."];
    const holders = new Map(this.#waits.map((row) => [row.pid, row]));
    return [
      describeWait(this.#waits[0]),
      ...[...holders.values()].map(describeHolder),
    ];
  }
}

function mode(name) {
  return name.replace(/Lock$/, "").replace(/(?<=[a-z])(?=[A-Z])/g, " ").toUpperCase();
}

function describeWait({ relation, locktype, wanted }) {
  if (locktype === "transactionid") return "It waited for a row that another transaction has changed and not committed.";
  return `It waited for the lock ${mode(wanted)} on ${relation ?? `a ${locktype}`}.`;
}

function describeHolder({ pid, locktype, held, usename, application_name: application, gid, seconds, seen, query }) {
  const who = pid === "0" ? `The prepared transaction ${gid}` : `Process ${pid}`;
  const does = locktype === "transactionid" ? "changed it" : held ? `holds ${mode(held)}` : "waits before it";
  const details = [
    usename ? `login ${usename}` : pid !== "0" && "a process of the server itself",
    application && `application ${application}`,
    `its transaction has run for ${seconds ? "" : "at least "}${seconds ?? seen} s`,
    words(query) && `last statement ${words(query)}`,
  ];
  return `${who} ${does} (${details.filter(Boolean).join(", ")}).`;
}

function words(query) {
  const [, command, table] = SHOWN.exec(query ?? "") ?? [];
  return command && [command.toUpperCase(), table].filter(Boolean).join(" ");
}
