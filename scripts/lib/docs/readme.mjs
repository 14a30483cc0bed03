// The first page: what there is to read, and where it comes from.
import { page, table } from "./text.mjs";

const PAGES = [
  ["[Which status may follow which](statuses.md)", "[picture](statuses.svg)", "[CSV](statuses.csv)", "the rows of `core.status_transitions`"],
  ["[What is kept, and what belongs to what](entities.md)", "[picture](entities.svg)", "[CSV](entities.csv)", "tables, columns, foreign keys and their comments"],
  ["[Who may call which function](operations.md)", "", "[CSV](operations.csv)", "the grants of EXECUTE, and each function's comment"],
];

export const readme = () => ({
  "README.md": page(
    "What the database says of itself",
    "`scripts/gen-docs` writes this folder from a freshly migrated, throw-away database: from its catalogue and its rows, not from the " +
      "sources. `scripts/test generated` writes it once more and compares, so that it is true of every commit; what differs is named.",
    table(["to read", "", "to compare, and for spreadsheets", "is made of"], PAGES),
    "A database in use may differ in its reference rows (courts, transitions, types of documents and files); " +
      "`scripts/check-drift --database URL` tells, and names whatever else is not as it was shipped.",
  ),
});
