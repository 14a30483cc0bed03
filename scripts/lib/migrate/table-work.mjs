// The effects of a transaction on existing tables. PostgreSQL shows them by its locks, and by debug messages about rewrites and
// scans, even for empty tables.

const RELATIONS = `
  select c.oid, n.nspname || '.' || c.relname as name, c.relname
  from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'm', 'v', 'f') and n.nspname !~ '^(pg_|information_schema$)'`;
const LOCKS = "select relation, mode from pg_locks where pid = pg_backend_pid() and locktype = 'relation'";
const FOREIGN_KEY = "select c.conrelid as oid from pg_constraint as c where c.conname = $1 and c.contype = 'f'";

/** From the weakest on, and what each makes a request wait for. */
const MODES = [
  ["AccessShareLock", "ACCESS SHARE", "nothing that requests do"],
  ["RowShareLock", "ROW SHARE", "nothing that requests do"],
  ["RowExclusiveLock", "ROW EXCLUSIVE", "nothing but what touches the same rows"],
  ["ShareUpdateExclusiveLock", "SHARE UPDATE EXCLUSIVE", "vacuum and other migrations"],
  ["ShareLock", "SHARE", "writes"],
  ["ShareRowExclusiveLock", "SHARE ROW EXCLUSIVE", "writes"],
  ["ExclusiveLock", "EXCLUSIVE", "writes"],
  ["AccessExclusiveLock", "ACCESS EXCLUSIVE", "reads and writes"],
];
const strengthOf = (mode) => MODES.findIndex(([name]) => name === mode);

export class TableWork {
  #client;
  #relations;
  #messages = [];
  #listen = ({ message }) => this.#messages.push(message);

  /** Before the transaction. */
  static async begin(client) {
    const work = new TableWork();
    work.#client = client;
    work.#relations = (await client.query(RELATIONS)).rows;
    await client.query("set client_min_messages = debug1");
    client.on("notice", work.#listen);
    return work;
  }

  /** At the end of the transaction: rows of table, lock, blocked statements, and other work on the table. */
  async find() {
    this.end();
    const doings = await this.#readMessages();
    const strongest = new Map();
    for (const { relation, mode } of (await this.#client.query(LOCKS)).rows) {
      if (strengthOf(mode) > (strongest.get(relation) ?? -1)) strongest.set(relation, strengthOf(mode));
    }
    return this.#relations
      .filter(({ oid }) => strongest.has(oid))
      .map(({ oid, name, relname }) => {
        const [, mode, blocks] = MODES[strongest.get(oid)];
        return [name, mode, blocks, [...(doings.get(oid) ?? doings.get(relname) ?? [])].join(", ")];
      })
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  end() {
    this.#client.off("notice", this.#listen);
  }

  /** By the name of the table, or by its oid where the message names a constraint. */
  async #readMessages() {
    const doings = new Map();
    const note = (key, doing) => doings.set(key, (doings.get(key) ?? new Set()).add(doing));
    for (const message of this.#messages) {
      const [, verb, index, table] =
        /^(rewriting|verifying|building index "(.+)" on) table "(.+?)"/.exec(message) ?? [];
      const [, constraint] = /^validating foreign key constraint "(.+)"/.exec(message) ?? [];
      if (verb === "rewriting") note(table, "REWRITES it");
      else if (verb === "verifying") note(table, "SCANS it");
      else if (table) note(table, `SCANS it for the index ${index}`);
      else if (constraint) {
        const { rows } = await this.#client.query(FOREIGN_KEY, [constraint]);
        for (const { oid } of rows) note(oid, `SCANS it for the foreign key ${constraint}`);
      }
    }
    return doings;
  }
}
