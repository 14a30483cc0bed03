// The table at the end, and its heading.
import { cpus, totalmem } from "node:os";
import { BEAT } from "./load.mjs";

const HEADINGS = ["drill", "clients saw", "longest wait", "normal again after", "writes", "verdict"];

export function rowOf(stage, seconds) {
  const { drill, seen, journal, problems, remarks } = stage;
  const retried = journal.retried > 0 ? `, ${journal.retried} of them when tried again` : "";
  const open = seen.unknown > 0 ? `; ${seen.unknown} answers left it open` : "";
  return {
    name: drill.name,
    problems,
    seconds,
    cells: [
      [drill.title, ...remarks].join("; "),
      [...seen.counts()].map(([outcome, count]) => `${outcome}: ${count}`).join(", "),
      seen.requests.length > 0 ? milliseconds(seen.longestWait()) : "",
      recoveries(stage),
      `${journal.count("acknowledged")} acknowledged${retried}${open}`,
      verdict(stage),
    ],
  };
}

function verdict({ problems, drill, seen }) {
  if (problems.length > 0) return "RED";
  if (drill.lossy) return "lossy";
  if (seen.stale.length === 0) return "green";
  return `green, but ${seen.stale.length} stale reads within ${milliseconds(seen.staleFor())} by ${drill.mayBeStale}`;
}

export const leftOut = (drill, why) => ({
  name: drill.name,
  problems: [],
  cells: [drill.title, "", "", "", "", `LEFT OUT: ${why}`],
});

const milliseconds = (number) => `${Math.round(number)} ms`;

/** For each server, if a drill distinguishes several. */
function recoveries({ drill, seen, servers }) {
  if (seen.faultEnded === undefined) return "";
  if (!drill.byServer) return recovery(seen.normalAgainAfter());
  const asked = servers.filter((server) => seen.requests.some((request) => request.server === server));
  return asked.map((server) => `${server.name}: ${recovery(seen.normalAgainAfter(server))}`).join(", ");
}

function recovery(after) {
  if (after === undefined) return "never";
  return after < BEAT ? `< ${BEAT} ms` : milliseconds(after);
}

export function machine(postgres, quick) {
  const [{ model }, ...others] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const date = new Date().toISOString().slice(0, 10);
  const how = quick ? "scripts/drill --quick" : "scripts/drill";
  return `${how} on ${date}: ${others.length + 1} cores (${model.trim()}), ${memory} GiB, PostgreSQL ${postgres}`;
}

export function table(rows, markdown) {
  const lines = [HEADINGS, ...rows.map(({ cells }) => cells)];
  if (markdown) {
    lines.splice(1, 0, HEADINGS.map(() => "---"));
    return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  }
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
  return lines.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd()).join("\n");
}
