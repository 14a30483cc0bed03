// Breaks a database in one way after the other, and lists breaks that no test sees.
// Usage: node main.mjs DB TESTS [--list] [--own] [--sample N] [--seed S] [PATTERN...], with URLS: databases with pgTAP, one
// for each process. Exit status: 0 if every mutant was seen or is in equivalent.txt.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { allMutants } from "./all.mjs";
import { readEquivalents } from "./equivalent.mjs";
import { sampleOf } from "./sample.mjs";
import { Tests } from "./tests.mjs";

const {
  values: { list, own, sample, seed = new Date().toISOString().slice(0, 10) },
  positionals: [db, tests, ...patterns],
} = parseArgs({
  allowPositionals: true,
  options: { list: { type: "boolean" }, own: { type: "boolean" }, sample: { type: "string" }, seed: { type: "string" } },
});

const all = await allMutants(db);
const equivalents = readEquivalents(fileURLToPath(new URL("equivalent.txt", import.meta.url)), all);
let wanted = patterns.length === 0 ? all : all.filter(({ name }) => patterns.some((pattern) => new RegExp(pattern).test(name)));
if (sample) {
  wanted = sampleOf(wanted.filter(({ name }) => !equivalents.has(name)), Number(sample), seed);
  console.log(`   --sample ${sample} --seed ${seed}`);
}

if (list) {
  for (const { name } of wanted) console.log(equivalents.has(name) ? `${name}\n  equivalent: ${equivalents.get(name)}` : name);
} else {
  process.exitCode = (await runAll()) ? 0 : 1;
}

/** Whether each was seen. */
async function runAll() {
  const counts = new Map();
  const count = (kind, what) => {
    const one = counts.get(kind) ?? { mutants: 0, seen: 0, "seen elsewhere": 0, equivalent: 0, survivors: 0 };
    one.mutants += 1;
    one[what] += 1;
    counts.set(kind, one);
  };
  const queue = [...wanted];
  const urls = process.env.URLS.split(" ");
  const suite = new Tests(tests);
  const began = Date.now();

  async function work(url) {
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
      if (equivalents.has(mutant.name)) {
        count(mutant.kind, "equivalent");
        continue;
      }
      const killer = await suite.killerOf(mutant, url, own);
      count(mutant.kind, killer === undefined ? "survivors" : mutant.own.includes(killer.path) ? "seen" : "seen elsewhere");
      if (killer === undefined) console.log(`SURVIVED  ${mutant.name}`);
      else if (sample || !mutant.own.includes(killer.path)) console.log(`seen by ${killer.path}: ${mutant.name}\n          ${killer.problem}`);
    }
  }
  await Promise.all(urls.map(work));

  console.table(Object.fromEntries(counts));
  const survivors = [...counts.values()].reduce((sum, one) => sum + one.survivors, 0);
  console.log(`   ${wanted.length - survivors} passed, ${survivors} failed (${Math.round((Date.now() - began) / 1000)} s)`);
  return survivors === 0;
}
