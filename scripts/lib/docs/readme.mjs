// The first page: the other pages, and their origins.
import { page, table } from "./text.mjs";

const PAGES = [
  ["access", "Who reads and changes which rows and columns", "raw SQL under each role, over a fixed set of rows"],
  ["operations", "Who may call which function", "the grants of EXECUTE, and each function's comment"],
  ["statuses", "Which status may follow which", "the rows of `core.status_transitions`"],
  ["entities", "The stored data and their relations", "tables, columns, foreign keys and their comments"],
].map(([name, title, source]) => [`[${title}](${name}.md)`, `[picture](${name}.svg)`, `[CSV](${name}.csv)`, source]);

export const readme = () => ({
  "README.md": page(
    "The database described by itself",
    "`scripts/gen-docs` writes this folder from a freshly migrated, throw-away database: from its catalogue and its rows, not from the " +
      "sources. `scripts/test generated` repeats that and names every difference, so that each commit has the true state.",
    table(["to read", "", "to compare, and for spreadsheets", "made from"], PAGES),
    "If somebody widens a grant or a policy, exactly the opened cells change in `access.csv`. `scripts/test` names the role, table, verb, row " +
      "and column of each, and both values. `scripts/test tamper` widens some by hand, and expects only their cells.",
    "A database in use may differ in its reference rows (courts, transitions, types of documents and files); " +
      "`scripts/check-drift --database URL` names these and every other difference from the shipped state.",
  ),
});
