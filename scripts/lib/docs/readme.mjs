// The first page: the other pages, and their origins.
import { page, table } from "./text.mjs";

const PAGES = [
  ["access", "Who reads and changes which rows and columns", "raw SQL under each role, over a fixed set of rows"],
  ["operations", "Who may call which function", "the grants of EXECUTE, and each function's comment"],
  ["statuses", "Which status may follow which", "the rows of `core.status_transitions`"],
  ["entities", "What is kept, and what belongs to what", "tables, columns, foreign keys and their comments"],
].map(([name, title, source]) => [`[${title}](${name}.md)`, `[picture](${name}.svg)`, `[CSV](${name}.csv)`, source]);

export const readme = () => ({
  "README.md": page(
    "What the database says of itself",
    "`scripts/gen-docs` writes this folder from a freshly migrated, throw-away database: from its catalogue and its rows, not from the " +
      "sources. `scripts/test generated` writes it once more and compares, so that it is true of every commit; what differs is named.",
    table(["to read", "", "to compare, and for spreadsheets", "is made of"], PAGES),
    "A grant or a policy that is opened shows in `access.csv` as the cells that it opens, and no other. `scripts/test` names role, table, verb, " +
      "row and column of each, what it was and what it is; `scripts/test tamper` opens some by hand, and expects just theirs.",
    "A database in use may differ in its reference rows (courts, transitions, types of documents and files); " +
      "`scripts/check-drift --database URL` tells, and names everything else that differs from what was shipped.",
  ),
});
