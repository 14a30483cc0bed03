// All that is compared of one database, as it is in one moment.
import { factsOf, prepare, rolesOf } from "./facts.mjs";
import { referenceChanges, referenceRows, referenceTables } from "./rows.mjs";

/** What to look for: our roles, and the tables that are shipped with rows. Asked of a freshly migrated database. */
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
