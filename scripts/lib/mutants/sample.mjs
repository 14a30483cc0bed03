// A few mutants, drawn so that the same seed draws the same.
import { createHash } from "node:crypto";

/** By the digests of their names: a mutant that comes or goes changes no other's chance. */
export function sampleOf(mutants, size, seed) {
  const digest = ({ name }) => createHash("sha256").update(`${seed} ${name}`).digest("hex");
  return mutants
    .map((mutant) => [digest(mutant), mutant])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, size)
    .map(([, mutant]) => mutant);
}
