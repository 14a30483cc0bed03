// The callers of each operation, at a glance: a row for each operation, a column for each caller.
import { escape, picture } from "./diagram.mjs";

export const TITLE = "Who may call which operation";
const [LEFT, TOP, STEP, HEIGHT, SIZE] = [210, 150, 40, 20, 11];

const square = (x, y, mark) => `<rect class="mark ${mark}" x="${x}" y="${y}" width="${SIZE}" height="${SIZE}"/>`;
const label = (x, y, text) => `<text x="${x}" y="${y}" font-size="11">${escape(text)}</text>`;

/** An operation: { name, roles, changes }. */
export function functionsPicture(operations, callers) {
  const heads = callers.map(
    ({ name }, place) => `<text transform="translate(${LEFT + place * STEP + 8} ${TOP - 12}) rotate(-40)" font-size="11">${escape(name)}</text>`,
  );
  const lines = operations.map(({ name, roles, changes }, row) => {
    const y = TOP + row * HEIGHT;
    const squares = callers.map((caller, place) =>
      roles.includes(caller.name) ? square(LEFT + place * STEP, y, changes ? "second" : "first") : "",
    );
    return [label(12, y + 9, name), ...squares].filter(Boolean).join("\n");
  });
  const below = TOP + operations.length * HEIGHT + 14;
  const legend = [
    [square(12, below, "first"), label(30, below + 9, "may call it, and it only reads")],
    [square(12, below + 18, "second"), label(30, below + 27, "may call it, and it changes something")],
  ].flat();
  const title = `<text x="12" y="26" font-size="16" font-weight="bold">${TITLE}</text>`;
  const body = [title, ...heads, ...lines, ...legend].join("\n");
  return picture(LEFT + callers.length * STEP + 90, below + 40, TITLE, "A row for each operation, a column for each caller.", body);
}
