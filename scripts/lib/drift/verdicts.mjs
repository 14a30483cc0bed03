// The meaning of a difference between the expected and the actual state.
import { LOCAL_MEMBERSHIP } from "./facts.mjs";
import { isLeftBy, linesOf } from "./rows.mjs";

const CHANGED = "differs from what was shipped";
const LEFTOVER = "accepted leftover";
export const BROKEN = "broken";

/** Whether all of `expected` is in `actual`, in the same order. */
function isPart(expected, actual) {
  let next = 0;
  for (const value of actual) if (value === expected[next]) next += 1;
  return next === expected.length;
}

function verdictOnFact(key, expected, actual, inUse) {
  if (inUse && key.startsWith("values of type ") && expected !== undefined && actual !== undefined) {
    const values = expected.split("\n");
    if (isPart(values, actual.split("\n"))) {
      const more = actual.split("\n").filter((value) => !values.includes(value));
      return {
        verdict: LEFTOVER,
        note: `also has ${more.join(", ")}. PostgreSQL cannot remove an enum value: a migration that was rolled back leaves it.`,
      };
    }
  }
  const note = key === LOCAL_MEMBERSHIP ? "It is the login of local clusters, and everybody knows its password." : undefined;
  return { verdict: BROKEN, expected, actual, note };
}

function verdictOnRow(expected, actual, change, inUse) {
  if (inUse && isLeftBy(change, actual, expected)) {
    const verb = expected === undefined ? "added" : actual === undefined ? "removed" : "changed";
    return { verdict: CHANGED, note: `${verb} here on ${change.day} by ${change.actor}` };
  }
  return {
    verdict: BROKEN,
    expected: expected && linesOf(expected, actual),
    actual: actual && linesOf(actual, expected),
    note: inUse ? "audit.reference_changes does not know of this change." : undefined,
  };
}

/** The objects and rows that differ between `actual` and `expected`, in order of name. */
export function differences(expected, actual, { inUse = false } = {}) {
  const found = [];
  for (const part of ["facts", "rows"]) {
    for (const key of new Set([...expected[part].keys(), ...actual[part].keys()])) {
      const [before, after] = [expected[part].get(key), actual[part].get(key)];
      if (part === "facts") {
        if (before !== after) found.push({ key, ...verdictOnFact(key, before, after, inUse) });
      } else if (!before || !after || linesOf(before, after) !== linesOf(after, before)) {
        found.push({ key, ...verdictOnRow(before, after, actual.changes.get(key), inUse) });
      }
    }
  }
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
}
