// Mutants that no test can see: each name on a line, and below it, indented, the reason.
import { readFileSync } from "node:fs";

/** Reasons by names of mutants. An entry without a reason, or without a mutant, is an error. */
export function readEquivalents(file, mutants) {
  const reasons = new Map();
  let name;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    if (/^\s/.test(line)) reasons.set(name, `${reasons.get(name)} ${line.trim()}`.trim());
    else reasons.set((name = line), "");
  }
  const known = new Set(mutants.map((mutant) => mutant.name));
  const problems = [...reasons].flatMap(([one, reason]) => {
    if (!known.has(one)) return [`There is no such mutant: ${one}`];
    return reason ? [] : [`It has no reason: ${one}`];
  });
  if (problems.length > 0) throw new Error(`${file}:\n  ${problems.join("\n  ")}`);
  return reasons;
}
