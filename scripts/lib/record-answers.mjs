// Writes PostgreSQL's binary answers to some calls, with the types needed to read them, to the given folder:
// tests/instructions reads them. Needs a superuser's DATABASE_URL, and the caseload of scripts/bench.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "./pg.mjs";

const folder = process.argv[2];
const client = await connect(process.env.DATABASE_URL);
const rows = async (text, values) => (await client.query(text, values)).rows;

/** In the driver's form of a type: composites by their attributes, arrays by their elements. */
async function describe(oid) {
  const [{ name, kind, element, relation }] = await rows(
    "select typname as name, typtype as kind, typelem as element, typrelid as relation from pg_type where oid = $1",
    [oid],
  );
  const described = { name, oid: Number(oid) };
  if (kind === "c") {
    const attributes = await rows(
      `select attname as name, atttypid as type from pg_attribute
       where attrelid = $1 and attnum > 0 and not attisdropped order by attnum`,
      [relation],
    );
    described.attributes = [];
    for (const attribute of attributes) described.attributes.push([attribute.name, await describe(attribute.type)]);
  } else if (name.startsWith("_")) {
    described.element = await describe(element);
  }
  return described;
}

async function record(name, call, values) {
  await client.query("begin");
  await client.query("select auth.log_in(sha256(''), null, 'officer.0', 'HMCTS_CASE_OFFICER', $1)", [court]);
  await client.query("select auth.resume(sha256(''), null, null)");
  const [{ oid, sent }] = await rows(
    `select pg_typeof(a)::oid as oid, encode(record_send(a), 'base64') as sent from ${call} as a`,
    values,
  );
  await client.query("rollback");
  const [sqlType, bytes] = [await describe(oid), sent.replaceAll("\n", "")].map((part) => JSON.stringify(part));
  writeFileSync(join(folder, `${name}.json`), `{\n"sql_type": ${sqlType},\n"bytes": ${bytes}\n}\n`);
}

// The court of that officer, and its case with the longest trail.
const [{ code, court }] = await rows("select code, name as court from core.courts order by code limit 1");
const [{ id }] = await rows(
  `select c.id from core.cases as c
   where c.court_code = $1
   order by (select count(*) from audit.entries as e where e.case_id = c.id) desc, c.id
   limit 1`,
  [code],
);
await record("list_cases", `api.list_cases(${Array(10).fill("null").join()})`);
await record("get_case", "api.get_case($1)", [id]);
await record("list_case_audit", "api.list_case_audit($1, null, null)", [id]);
await client.end();
