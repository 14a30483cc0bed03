// Turns the output of ask.mjs into the budget. With the file of the budget, compares: fails if more was read, if a growing table was
// read in sequence, or if a question is in only one of the two.
import { readFileSync } from "node:fs";

const [file] = process.argv.slice(2);
const lines = (text) => text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));

const asked = lines(readFileSync(0, "utf8")).map((line) => {
  const [, blocks, name, scanned] = /^(\d+) (.*)\t(.*)$/.exec(line);
  return { name, blocks: Number(blocks), scanned };
});

const most = (budget) => Math.ceil(budget * 1.1) + 10;

function judge({ blocks, scanned }, budget) {
  if (scanned) return `SEQUENTIAL SCAN of ${scanned}`;
  if (budget === undefined) return `NEW (${blocks} blocks)`;
  if (blocks > most(budget)) return `MORE (${blocks} blocks, ${budget} before)`;
  return `as before (${blocks} blocks, ${budget} before)`;
}

if (file === undefined) {
  const scans = asked.filter(({ scanned }) => scanned);
  for (const { name, scanned } of scans) console.error(`warning: ${name}: a sequential scan of ${scanned}`);
  console.log("# Written by scripts/gen-plan-budget: blocks that are read for an answer, who asks, and what.");
  for (const { name, blocks } of asked) console.log(`${blocks} ${name}`);
} else {
  const budgets = new Map(lines(readFileSync(file, "utf8")).map((line) => /^(\d+) (.*)$/.exec(line).slice(1)).map(([blocks, name]) => [name, Number(blocks)]));
  const verdicts = asked.map((one) => [one.name, judge(one, budgets.get(one.name))]);
  for (const name of budgets.keys()) if (!asked.some((one) => one.name === name)) verdicts.push([name, "GONE"]);
  for (const [name, verdict] of verdicts) console.log(`   ${name}: ${verdict}`);
  const off = verdicts.filter(([, verdict]) => !verdict.startsWith("as before"));
  if (off.length > 0) {
    console.error(`error: ${off.length} of ${verdicts.length} answers are not read as tests/plans/budget.txt says.
       Look at the plan: load 'auto_explain' as lib/plans/ask.mjs does, and ask again.
       If that is how it shall be, run scripts/gen-plan-budget and commit what it writes.`);
    process.exitCode = 1;
  }
}
