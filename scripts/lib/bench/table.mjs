// The figures as one Markdown table, ratios first.
import { cases, chain, connections, fewCases, hasPostgraphile, manyConnections, quick } from "./settings.mjs";

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const count = (value) => Math.round(value).toLocaleString("en");

/** Whether a figure keeps its bound; one without a bound does. */
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
  [`p99 at ${manyConnections}, of pgbench's`, (row) => judged(row.manyP99)],
  ["of the empty endpoint", (row) => row.ofEmpty?.toFixed(2)],
  ["requests/s", (row) => row.rate && count(row.rate)],
  ["ideal/s", (row) => row.ideal && count(row.ideal)],
  ["pgbench/s", (row) => row.pgbench && count(row.pgbench)],
  chain && ["of no chain", (row) => row.ofUnchained?.toFixed(2)],
  chain && ["no chain/s", (row) => row.unchained && count(row.unchained)],
  hasPostgraphile && ["of PostGraphile", (row) => judged(row.ofPostgraphile)],
  hasPostgraphile && ["PostGraphile/s", (row) => row.postgraphile && count(row.postgraphile)],
  !quick && ["PostgREST's statements/s", (row) => row.postgrest && count(row.postgrest)],
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
    "A ratio compares with pgbench running the request's own statements, unless another reference is named. The ideal is one plain " +
      "prepared join of what the answer shows of the cases, in pgbench, under the same role, policies and settings. " +
      `There are ${connections} connections unless stated otherwise; CPU is for 1,000 requests. ` +
      `${fewCases ? "With fewer cases, a workload may be 1.3 times as fast (aim 1.1). " : ""}` +
      `The p99 at ${manyConnections} connections may be 1.5 times pgbench's (aim 1.2); the server makes 10 connections to PostgreSQL, pgbench ${manyConnections}. ` +
      `${hasPostgraphile ? "PostGraphile 4 serves the same columns of the same tables, to the same caller, by GraphQL; the floor is 4 times its rate. " : ""}` +
      `${quick ? "" : "PostgREST's statements are those that it would send for the same columns, run by pgbench without HTTP. "}` +
      "**Bold** misses its floor.",
  ].join("\n");
}
