// Tests the checks: breaks each rule of the checker by hand, and shows clients each bad answer. Each must be reported.
// Returns those that were not.
import { readFileSync } from "node:fs";
import { BREAKS, REFUSED } from "./breaks.mjs";
import { checkDatabase, describe, findBreaches } from "./checker.mjs";
import { Seen } from "./seen.mjs";
import { Stage } from "./stage.mjs";
import { sleep } from "./time.mjs";
import { Told } from "./told.mjs";

const IDLE = "a connection is left idle in a transaction";

const DISABLE_TRIGGERS = `do $$
declare
  v_table regclass;
begin
  for v_table in
    select c.oid from pg_class as c
    where c.relkind = 'r' and c.relnamespace in ('core'::regnamespace, 'audit'::regnamespace)
  loop
    execute format('alter table %s disable trigger all', v_table);
  end loop;
end;
$$`;

export async function selfTest(setting) {
  const stage = new Stage(setting, { name: "self-test" });
  try {
    await stage.open();
    await stage.startServer();
    await stage.startLoad();
    await stage.stopLoad();
    return [...(await testRules(stage)), ...testSights(), ...testStaleness()];
  } finally {
    await stage.close();
  }
}

async function testRules({ superuser, journal, cluster, database }) {
  const found = describe(await checkDatabase(superuser, journal));
  const missed = found.map((breach) => `before anything was broken: ${breach}`);
  journal.writes.push(REFUSED);

  const samples = samplesOf(journal);
  for (const [rule, sql] of BREAKS) {
    await superuser.query("begin");
    await superuser.query(DISABLE_TRIGGERS);
    await superuser.query(sql(samples));
    if (!(await findBreaches(superuser, journal)).has(rule)) missed.push(`not noticed: ${rule}`);
    await superuser.query("rollback");
  }

  const idle = await cluster.connect(database);
  await idle.query("begin");
  await sleep(700);
  if (!(await findBreaches(superuser, journal)).has(IDLE)) missed.push(`not noticed: ${IDLE}`);
  await idle.end();

  const tried = new Set([IDLE, ...BREAKS.map(([rule]) => rule)]);
  const untried = rules().filter((rule) => !tried.has(rule));
  return [...missed, ...untried.map((rule) => `not tried: ${rule}`)];
}

/** An acknowledged write of each kind, on otherwise unchanged cases. */
function samplesOf({ writes }) {
  const sample = (kind) => {
    const found = writes.find((write) => write.kind === kind && write.outcome === "acknowledged");
    if (found === undefined) throw new Error(`the load has made no ${kind}`);
    return found;
  };
  return { create: sample("create"), edit: sample("edit"), move: sample("move") };
}

function rules() {
  const sql = readFileSync(new URL("invariants.sql", import.meta.url), "utf8");
  return [...sql.matchAll(/^select\s+'([^']+)'/gm)].map(([, rule]) => rule);
}

/** Forbidden sights of clients: the fault ends at 1000. */
function testSights() {
  const fine = { outcome: 200, began: 1100, ended: 1110 };
  const refusal = { outcome: 503, headers: { "retry-after": "1" } };
  const sights = [
    ["", fine],
    ["nobody was told 503", fine, { refuses: true }],
    ["", { ...refusal, began: 500, ended: 510 }, { refuses: true }],
    ["503 to 1 requests", { ...refusal, began: 500, ended: 510 }, { undisturbed: true }],
    ["", { outcome: "cut", began: 500, ended: 510 }, { mayCut: true }],
    ["", { ...refusal, began: 500, ended: 510 }],
    ["", { outcome: 409, began: 1500, ended: 1510 }],
    ["500 to 1 requests", { outcome: 500, began: 500, ended: 510 }],
    ["429 to 1 requests", { outcome: 429, began: 500, ended: 510 }],
    ["cut to 1 requests", { outcome: "cut", began: 500, ended: 510 }],
    ["hung to 1 requests", { outcome: "hung", began: 500, ended: 900 }],
    ["503 without Retry-After", { outcome: 503, headers: {}, began: 500, ended: 510 }],
    ["a 503 took 2300 ms", { ...refusal, began: 500, ended: 2800 }],
    ["an answer took 3100 ms", { outcome: 200, began: 500, ended: 3600 }],
    ["normal again only after 1500 ms", { ...refusal, began: 2500, ended: 2510 }],
    ["normal again only after 1200 ms", { outcome: 200, began: 2200, ended: 3300 }],
    ["not normal again", { ...refusal, began: 3900, ended: 3910 }],
    ["", { ...refusal, began: 2500, ended: 2510 }, { within: 2000 }],
  ];
  return sights.flatMap(([problem, sight, drill]) => {
    const seen = new Seen();
    [fine, { method: "GET", path: "/", ...sight }].forEach((request) => seen.add(request));
    seen.faultEnds(1000);
    seen.looked = 4000;
    const problems = seen.problems(drill);
    const isNamed = problem === "" ? problems.length === 0 : problems.some((text) => text.startsWith(problem));
    return isNamed ? [] : [`"${problem}" was not said of ${JSON.stringify(sight)}, but: ${problems.join("; ")}`];
  });
}

/** Forbidden answers to a reader: version 3 of a case was known at 1000, version 4 at 2000. */
function testStaleness() {
  const request = { method: "GET", path: "/api/cases/a" };
  const read = (began, outcome, body) => ({ ...request, outcome, body, began, ended: began + 100 });
  const reads = [
    [0, read(1100, 200, { id: "a", version: 3 })],
    [1, read(1100, 200, { id: "a", version: 2 })],
    [0, read(900, 200, { id: "a", version: 2 })],
    [0, read(1900, 200, { id: "a", version: 3 })],
    [1, read(2100, 200, { id: "a", version: 3 })],
    [1, read(1100, 404)],
    [0, read(900, 404)],
    [1, read(1100, 200, { cases: [{ id: "a", version: 2 }, { id: "b", version: 1 }] })],
  ];
  return reads.flatMap(([expected, answer]) => {
    const told = new Told();
    for (const [version, ended] of [[3, 1000], [4, 2000]]) {
      told.hear({ method: "PATCH", outcome: 200, body: { id: "a", version }, began: ended - 50, ended });
    }
    const found = told.hear(answer).length;
    return found === expected ? [] : [`${found} stale reads were found in ${JSON.stringify(answer)}`];
  });
}
