// Asks every question and prints a line for each: the blocks read, the caller and the question; after a tab, growing tables read in
// sequence. Uses auto_explain, which sees statements inside functions. Needs a superuser's DATABASE_URL.
import { connect } from "../pg.mjs";
import { callers, checks, questions } from "./questions.mjs";

/** By then, each statement has its final plan. The lowest of the rest counts, without any single look-up. */
const WARM = 6;
const COUNTED = 2;

const SETTINGS = `
  load 'auto_explain';
  set auto_explain.log_min_duration = 0;
  set auto_explain.log_nested_statements = on;
  set auto_explain.log_analyze = on;
  set auto_explain.log_buffers = on;
  set auto_explain.log_timing = off;
  set auto_explain.log_verbose = on;
  set auto_explain.log_format = json;
  set jit = off; -- as the logins have it
  set log_min_messages = fatal;
  set client_min_messages = log`;

const GROWING = `
  select c.oid::regclass::text as name from pg_class as c
  where c.relkind = 'r' and c.relnamespace in ('core'::regnamespace, 'audit'::regnamespace, 'auth'::regnamespace) and c.reltuples > 1000`;

/** The plans of the statements, outermost last. */
async function plansOf(client, work) {
  const plans = [];
  const listen = ({ message }) => {
    const [, plan] = /^duration: .* plan:\s*(\{[^]*\})$/.exec(message) ?? [];
    if (plan) plans.push(JSON.parse(plan).Plan);
  };
  client.on("notice", listen);
  await work();
  client.off("notice", listen);
  return plans;
}

const nodesOf = (plan) => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
const blocksOf = (plan) => plan["Shared Hit Blocks"] + plan["Shared Read Blocks"];
const scannedBy = (plan) =>
  nodesOf(plan)
    .filter((node) => node["Node Type"] === "Seq Scan" && node["Actual Loops"] > 0)
    .map((node) => `${node.Schema}.${node["Relation Name"]}`);

/** A question's blocks, and the tables that it read in sequence. */
async function read(client, { call }, caseId) {
  const turns = [];
  await client.query(`prepare question (uuid) as select * from ${call}`);
  for (let turn = 0; turn < WARM + COUNTED; turn++) {
    turns.push(await plansOf(client, () => client.query(`execute question ('${caseId}')`)));
  }
  await client.query("deallocate question");
  return {
    blocks: Math.min(...turns.slice(WARM).map((plans) => blocksOf(plans.at(-1)))),
    scanned: [...new Set(turns.flat().flatMap(scannedBy))].filter((table) => growing.has(table)),
  };
}

const say = (who, name, { blocks, scanned }) => console.log(`${blocks} ${who}, ${name}\t${scanned.join(" ")}`);

const one = async (client, text, values) => Object.values((await client.query(text, values)).rows[0])[0];

async function askAs({ name, token }) {
  const client = await connect(process.env.DATABASE_URL);
  await client.query(SETTINGS);
  await client.query("set session authorization casefile_api");
  await client.query("begin read only");
  await client.query("select auth.resume(sha256($1::text::bytea), null, null)", [token]);
  const caseId = await one(client, "select (api.list_cases()).cases[1].id");
  for (const question of questions) {
    const operation = `${/^[a-z_.]+/.exec(question.call)}`;
    const may = await one(client, "select has_function_privilege(p.oid, 'execute') from pg_proc as p where p.oid = $1::regproc", [operation]);
    if (may === "t") say(name, question.name, await read(client, question, caseId));
  }
  await client.query("commit");
  await client.end();
  return caseId;
}

async function check(caseId) {
  const client = await connect(process.env.DATABASE_URL);
  await client.query(SETTINGS);
  await client.query("set session authorization casefile_backup");
  for (const question of checks) say("casefile_backup", question.name, await read(client, question, caseId));
  await client.end();
}

const client = await connect(process.env.DATABASE_URL);
const growing = new Set((await client.query(GROWING)).rows.map(({ name }) => name));
await client.end();
const caseIds = [];
for (const caller of callers) caseIds.push(await askAs(caller));
await check(caseIds[0]);
