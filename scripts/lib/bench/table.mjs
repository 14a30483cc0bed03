// The figures as one Markdown table, ratios first.
import { cases, connections, fewCases, manyConnections } from "./settings.mjs";

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const count = (value) => Math.round(value).toLocaleString("en");

/** Whether a figure keeps to its bound; one without a bound does. */
export const holds = ({ value, floor = -Infinity, ceiling = Infinity }) => value >= floor && value <= ceiling;

/** Bold where it does not. */
function judged(figure) {
  if (figure?.value === undefined) return "";
  const text = `${figure.value.toFixed(figure.digits ?? 2)}${figure.unit ? ` ${figure.unit}` : ""}`;
  return holds(figure) ? text : `**${text}**`;
}

const columns = [
  ["workload", (row) => `${row.name} ${row.title}`.trim()],
  ["ratio", (row) => (row.faults ? `**INVALID: ${row.faults}**` : judged(row.ratio))],
  ["floor", ({ ratio }) => ratio.floor ?? (ratio.ceiling && `at most ${ratio.ceiling}`)],
  ["aim", ({ ratio }) => ratio.aim],
  fewCases && [`${count(fewCases)} : ${count(cases)} cases`, (row) => judged(row.scale)],
  [`p99 ms at ${manyConnections}`, (row) => judged(row.manyP99)],
  ["of the empty endpoint", (row) => row.ofEmpty?.toFixed(2)],
  ["requests/s", (row) => row.rate && count(row.rate)],
  ["pgbench/s", (row) => row.pgbench && count(row.pgbench)],
  ["p50 ms", (row) => row.p50?.toFixed(2)],
  ["p99 ms", (row) => row.p99?.toFixed(2)],
  ["server CPU s", (row) => row.serverSeconds?.toFixed(3)],
  ["PostgreSQL CPU s", (row) => row.databaseSeconds?.toFixed(3)],
  ["with pgbench", (row) => row.pgbenchSeconds?.toFixed(3)],
].filter(Boolean);

const line = (cells) => `| ${cells.map((cell) => cell ?? "").join(" | ")} |`;

export function table(rows) {
  return [
    line(columns.map(([title]) => title)),
    line(columns.map(() => "---")),
    ...rows.map((row) => line(columns.map(([, cell]) => cell(row)))),
    "",
    "Ratios are of pgbench with the same statements, unless they say of what. " +
      `${connections} connections where nothing else is said; CPU is for 1,000 requests. ` +
      `${fewCases ? "Fewer cases may be 1.3 times as fast (aim 1.1), " : ""}p99 at ${manyConnections} may be 15 ms (aim 8). ` +
      "**Bold** is beyond.",
  ].join("\n");
}
