// A few mutants; the same seed draws the same ones.
import { createHash } from "node:crypto";

/** By the digests of their names, so that a new or removed mutant does not affect the others. */
export function sampleOf(mutants, size, seed) {
  const digest = ({ name }) => createHash("sha256").update(`${seed} ${name}`).digest("hex");
  return mutants
    .map((mutant) => [digest(mutant), mutant])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, size)
    .map(([, mutant]) => mutant);
}
