// Compares lines of a name and a count with the committed file. Fails if a piece is slower, so much faster that the file would
// miss a later slowdown, or in only one of the two.
import { readFileSync } from "node:fs";

const margin = 0.05;
const [file] = process.argv.slice(2);
const lines = (text) => text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
const input = lines(readFileSync(0, "utf8"));

const counts = (all) => new Map(all.map((line) => line.split(" ")).map(([name, count]) => [name, Number(count)]));

function judge(name, was, is) {
  if (was === undefined) return "NEW";
  if (is === undefined) return "GONE";
  const change = is / was - 1;
  const verdict = change > margin ? "SLOWER" : change < -margin ? "FASTER" : "as before";
  const percent = `${change < 0 ? "-" : "+"}${Math.abs(change * 100).toFixed(1)} %`;
  return `${verdict} (${is.toLocaleString("en")} instructions, ${was.toLocaleString("en")} before: ${percent})`;
}

const [were, are] = [counts(lines(readFileSync(file, "utf8"))), counts(input)];
const verdicts = [...new Set([...were.keys(), ...are.keys()])].map((name) => [name, judge(name, were.get(name), are.get(name))]);
for (const [name, verdict] of verdicts) console.log(`   ${name}: ${verdict}`);
const off = verdicts.filter(([, verdict]) => !verdict.startsWith("as before")).map(([name]) => name);
if (off.length > 0) {
  console.error(`error: ${off.join(", ")}: not what tests/instructions/counts.txt says.
       Where a piece is slower, look for the reason: callgrind_annotate target/instructions/NAME.out
       If that is how it shall be, run scripts/gen-instruction-counts and commit what it writes.`);
  process.exitCode = 1;
}
