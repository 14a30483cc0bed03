// The access matrix to read: a part for each table, in it a table for each verb.
import { code, page, paragraph, table } from "../text.mjs";

const VERBS = { select: "Read", insert: "Added", update: "Changed", delete: "Deleted" };
const NO_SESSION = " without a session";

const groupedBy = (items, keyOf) => {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
};

/** The columns of one kind of row, by their answer. */
function told(cells, width) {
  if (cells.length === 0) return "";
  if (cells.every(({ answer }) => answer === "policy")) return "–";
  return [...groupedBy(cells, ({ answer }) => answer)]
    .sort(([a], [b]) => (b === "yes") - (a === "yes"))
    .map(([answer, of]) => {
      const columns = of.length === width ? "all" : of[0].column === "*" ? "the row" : of.map(({ column }) => code(column)).join(" ");
      return answer === "yes" ? columns : `${answer === "policy" ? "–" : answer}: ${columns}`;
    })
    .join("; ");
}

function callersTable(cells, subjects, width) {
  const names = subjects.filter(({ name, caller }) => caller && cells.some(({ role }) => role === name)).map(({ name }) => name);
  const ranked = cells.filter(({ role }) => names.includes(role)).sort((a, b) => (a.rank < b.rank ? -1 : Number(a.rank > b.rank)));
  const rows = [...new Set(ranked.map(({ row }) => row))];
  if (rows.length === 0) return undefined;
  return table(
    ["", ...names.map(code)],
    rows.map((row) => [row, ...names.map((name) => told(cells.filter((cell) => cell.role === name && cell.row === row), width))]),
  );
}

const rolesWithout = (subjects) => subjects.filter(({ name }) => name.endsWith(NO_SESSION)).length;

/** Roles that see no kinds of rows, grouped by their answers. */
function othersList(cells, subjects, width) {
  const answers = subjects
    .filter(({ caller }) => !caller)
    .flatMap(({ name }) =>
      [...groupedBy(cells.filter(({ role }) => role === name), ({ row }) => row)].map(([row, of]) => ({
        name,
        says: `${row}: ${told(of, width)}`,
      })),
    );
  return [...groupedBy([...groupedBy(answers, ({ name }) => name)], ([, all]) => all.map(({ says }) => says).join("; "))]
    .map(([says, same]) => `- ${whoIs(same.map(([name]) => name), rolesWithout(subjects))}: ${says}`)
    .join("\n");
}

/** `all` is the number of caller roles. */
function whoIs(names, all) {
  const bare = names.filter((name) => name.endsWith(NO_SESSION)).map((name) => name.slice(0, -NO_SESSION.length));
  const rest = names.filter((name) => !name.endsWith(NO_SESSION)).map(code);
  if (bare.length === 0) return rest.join(", ");
  return [...rest, bare.length === all ? `every caller role${NO_SESSION}` : `without a session ${bare.map(code).join(", ")}`].join(", ");
}

/** The tables that a role uses, whichever their rows. */
function summary(cells, subjects) {
  const tablesOf = (name, verb) => [
    ...new Set(cells.filter((cell) => cell.role === name && cell.verb === verb && /\byes\b/.test(cell.answer)).map((cell) => cell.table)),
  ];
  const rows = subjects.map(({ name }) => [name, Object.keys(VERBS).map((verb) => tablesOf(name, verb).map(code).join(" "))]);
  return [...groupedBy(rows, ([, tables]) => tables.join("|"))].map(([, same]) => [
    whoIs(same.map(([name]) => name), rolesWithout(subjects)),
    ...same[0][1],
  ]);
}

function section({ name, about, columns }, cells, subjects) {
  const parts = Object.entries(VERBS).flatMap(([verb, title]) => {
    const own = cells.filter((cell) => cell.verb === verb);
    if (own.length === 0) return [];
    const width = verb === "select" ? columns : NaN;
    return [`**${title}**`, callersTable(own, subjects, width), othersList(own, subjects, width)];
  });
  return [`## ${name}`, paragraph(about), ...parts].filter(Boolean).join("\n\n");
}

export function accessPage({ tables, subjects, kinds }, cells) {
  const byTable = groupedBy(cells, (cell) => cell.table);
  return page(
    "Who reads and changes which rows and columns",
    "Measured: each role tried raw SQL, without the operations, on a fixed set of rows (`scripts/lib/docs/access/rows.psql` and the " +
      "fixtures of the tests). The callers have the claims of a session.",
    "![Who reads and changes which rows](access.svg)",
    "## How to read it",
    table(
      ["answer", "means"],
      [
        ["`all`, or columns", "these columns of the row were read or written"],
        ["–, in the CSV file *policy*", "the role has the privilege, but row-level security hides such rows"],
        ["guard JC...", "privilege and policy allow it, but a trigger refuses ([codes](../README.md))"],
        ["constraint 23...", "the same, but a constraint refuses"],
        ["several, with numbers", "how many of the tried rows had each answer"],
        ["an empty cell", "the caller has no such row"],
      ["a role that is not named, a line that is not in the CSV file", "no privilege: refused for every row"],
      ],
    ),
    "*Read* tries every row. *Changed* tries each column with several values, alone and with others. *Added* removes a row and inserts it " +
      "again. If policies allow rows of one kind, one changed row is enough for *yes*. A changing statement has no WHERE and reads nothing, " +
      "so that only the policy of its own verb applies.",
    table(["row", "for a caller"], kinds.map(({ name, about }) => [name, about])),
    "After the case come the row's owner (*its own row*: the row or its document contains the caller's user id or organisation) and the " +
      "state of a document. For changes of status, see [statuses.md](statuses.md). A social worker reaches cases through its authority or " +
      "by name, and is here twice.",
    "Left out: `casefile_owner`, `casefile_migrator` and superusers, who can lift all of these rules; and TRUNCATE, REFERENCES and TRIGGER, " +
      "which nobody has: `tests/db/policies` tests that for each table.",
    "## By role",
    "The tables of which each role reads or changes any row. A role without any has an empty line.",
    table(["role", ...Object.values(VERBS).map((title) => title.toLowerCase())], summary(cells, subjects)),
    ...tables.map((one) => section(one, byTable.get(one.name) ?? [], subjects)),
  );
}
