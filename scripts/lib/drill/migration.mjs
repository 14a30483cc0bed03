// Migrations like those of a deploy, made for a drill from the database and the sources.
import { readFileSync } from "node:fs";
import pg from "pg";

const FUNCTIONS = new URL("../../../db/functions/", import.meta.url);
const sourceOf = (name) => readFileSync(new URL(`${name.replace(".", "/")}.sql`, FUNCTIONS), "utf8");

/** Gives API functions a new result type of the same name and shape, which invalidates all their plans. */
export async function retype(superuser, types) {
  const steps = [];
  for (const type of types) {
    const { rows } = await superuser.query(
      `select
         (select string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum)
          from pg_attribute as a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped) as attributes,
         array(select p.oid::regprocedure::text from pg_proc as p where p.prorettype = t.oid) as signatures,
         array(
           select format('%s.%s', p.pronamespace::regnamespace, p.proname) from pg_proc as p where p.prorettype = t.oid
         ) as functions
       from pg_type as t where t.oid = to_regtype($1)`,
      [type],
    );
    const [{ attributes, signatures, functions }] = rows;
    steps.push(...signatures.map((signature) => `drop function ${signature};`));
    steps.push(`drop type ${type};`, `create type ${type} as (${attributes});`, ...functions.map(sourceOf));
  }
  return steps.join("\n");
}

/** Adds a field to every case of the API: one function defines what a case looks like. */
export function addField() {
  const [name, last] = ["core.case_records", "    d.case_id is null\n"];
  const source = sourceOf(name);
  if (!source.includes(last)) throw new Error(`${name} is not what this drill knows`);
  const adapted = source.replace(last, `${last.trimEnd()},\n    'x'::text\n`);
  return ["alter type api.case_record add attribute drilled text;", adapted].join("\n");
}

/** In one transaction, with the login of deployments. */
export async function apply(cluster, database, migration) {
  const client = new pg.Client({ connectionString: cluster.urlOf("casefile_migrator", database) });
  await client.connect();
  try {
    // Bodies may name later functions, as in every migration of sources.
    await client.query(`set check_function_bodies = off;\n${migration}`);
  } finally {
    await client.end();
  }
}
