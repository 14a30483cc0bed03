// Everything to compare of one database, at one moment.
import { factsOf, prepare, rolesOf } from "./facts.mjs";
import { referenceChanges, referenceRows, referenceTables } from "./rows.mjs";

/** The scope: our roles, and the tables that we ship with rows. From a freshly migrated database. */
export async function scopeOf(client) {
  await prepare(client);
  return { roles: await rolesOf(client), tables: await referenceTables(client) };
}

export async function stateOf(client, scope, { elsewhere = false } = {}) {
  await prepare(client);
  return {
    facts: await factsOf(client, scope.roles, elsewhere),
    rows: await referenceRows(client, scope.tables),
    changes: await referenceChanges(client),
  };
}
