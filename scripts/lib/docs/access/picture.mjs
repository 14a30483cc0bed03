// The access matrix at a glance: a row for each table, a column for each role, and in it a square for each kind of row.
import { escape, picture } from "../diagram.mjs";

const TITLE = "Who reads and changes which rows";
const SIZE = 10;
const STEP = 13;
const [LEFT, TOP, HEIGHT] = [210, 190, 22];
const NO_SESSION = " without a session";

const kindOf = ({ row }) => row.split(" / ")[0];
const isYes = ({ answer }) => /\byes\b/.test(answer);

const spot = (x, y) => `<circle class="paper" cx="${x}" cy="${y}" r="4.2"/><circle class="mark second" cx="${x}" cy="${y}" r="2.9"/>`;

/** One square: its height shows the readable part, and a dot shows changeable rows. */
function square(x, y, cells, width) {
  const read = cells.filter(({ verb }) => verb === "select");
  const whole = read.length > 0 && read.every(({ answer }) => answer === "yes") && new Set(read.map(({ column }) => column)).size === width;
  const height = whole ? SIZE : read.some(isYes) ? SIZE / 2 : 0;
  const dot = cells.some((cell) => cell.verb !== "select" && isYes(cell));
  return [
    `<rect class="stroke line hollow" x="${x}" y="${y}" width="${SIZE}" height="${SIZE}" stroke-width="0.7"/>`,
    height > 0 ? `<rect class="mark first" x="${x}" y="${y + SIZE - height}" width="${SIZE}" height="${height}"/>` : "",
    dot ? spot(x + SIZE / 2, y + SIZE / 2) : "",
  ].join("");
}

/** The six callers without a session share one column: the rights of any. */
function columnsOf(subjects) {
  const named = subjects
    .filter(({ name }) => !name.endsWith(NO_SESSION))
    .map(({ name, caller }) => ({ title: name, caller, has: (role) => role === name }));
  const last = named.filter(({ caller }) => caller).length;
  const without = { title: "a caller without a session", caller: false, has: (role) => role.endsWith(NO_SESSION) };
  return [...named.slice(0, last), without, ...named.slice(last)];
}

export function accessPicture({ tables, subjects, kinds }, cells) {
  const order = kinds.map(({ name }) => name).filter((name) => name !== "any row" && name !== "own court");
  let x = LEFT;
  const columns = columnsOf(subjects).map((column) => {
    const at = x;
    x += (column.caller ? order.length * STEP : STEP) + (column.caller ? 14 : 22);
    return { ...column, x: at };
  });
  const heads = columns.map(
    ({ title, x: at }) => `<text transform="translate(${at + 8} ${TOP - 12}) rotate(-40)" font-size="11">${escape(title)}</text>`,
  );
  const lines = tables.map(({ name, columns: width }, place) => {
    const y = TOP + place * HEIGHT;
    const own = cells.filter((cell) => cell.table === name);
    const squares = columns.flatMap(({ has, x: at }) => {
      const theirs = own.filter(({ role }) => has(role));
      return [...new Set(theirs.map(kindOf))].map((kind) => {
        const shift = Math.max(order.indexOf(kind), 0);
        return square(at + shift * STEP, y, theirs.filter((cell) => kindOf(cell) === kind), width);
      });
    });
    return `<text x="12" y="${y + 9}" font-size="11">${escape(name)}</text>\n${squares.join("\n")}`;
  });
  const below = TOP + tables.length * HEIGHT + 16;
  const keys = [
    ["first", SIZE, false, "read: all such rows, with all columns"],
    ["first", SIZE / 2, false, "read: some of these rows, or some columns"],
    [undefined, 0, false, "a privilege, but policies or guards stop it at all such rows"],
    [undefined, 0, true, "added, changed or deleted: at least one column of one such row"],
  ];
  const legend = keys.map(([mark, height, dot, text], place) => {
    const y = below + place * 18;
    return `<rect class="stroke line hollow" x="12" y="${y}" width="${SIZE}" height="${SIZE}" stroke-width="0.7"/>${
      mark ? `<rect class="mark ${mark}" x="12" y="${y + SIZE - height}" width="${SIZE}" height="${height}"/>` : ""
    }${dot ? spot(17, y + 5) : ""}<text x="30" y="${y + 9}" font-size="11">${escape(text)}</text>`;
  });
  const bottom = below + keys.length * 18;
  const said = `Squares of a caller, from the left: ${order.join(", ")}. A single square: any row. None: no privilege.`;
  const note = `<text x="12" y="${bottom + 9}" font-size="11">${escape(said)}</text>`;
  const title = `<text x="12" y="26" font-size="16" font-weight="bold">${TITLE}</text>`;
  const body = [title, ...heads, ...lines, ...legend, note].join("\n");
  return picture(x + 70, bottom + 26, TITLE, "A row for each table, a column for each role; access.md has it in words.", body);
}
