// The functions of schema request: the server calls them for each operation of schema api, by name.
// Usage: node requests.mjs DB [--check], where DB is the folder of the sources
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { names, signature, statementsOf, typeName } from "./statements.mjs";

/** The effect of an Idempotency-Key: the answer is kept, now or at the end of the upload. */
const UNDER_KEY = {
  change_case_status: "keep",
  complete_upload: "keep",
  create_assignment: "keep",
  create_case: "keep",
  link_organisation: "keep",
  update_case: "keep",
  upload_document: "begin",
};
/** Parts of other operations, or without a session. */
const NOT_CALLED = ["claim_key", "keep_answer", "get_reference", "list_courts"];

const SESSION = ["p_token_sha256 bytea", "p_request_id uuid", "p_client_address text"];
const KEY = ["p_key text", "p_request_sha256 bytea"];

const optionOf = (node, name) => node.options.find(({ DefElem: one }) => one.defname === name)?.DefElem.arg;

/** An operation as its source declares it. */
async function operationOf(folder, path) {
  const statements = await statementsOf(readFileSync(join(folder, path), "utf8"), path);
  const { node } = statements.find(({ kind }) => kind === "CreateFunctionStmt");
  const parameters = (node.parameters ?? []).map(({ FunctionParameter: one }) => ({
    name: one.name,
    declared: `${one.name} ${typeName(one.argType)}${one.defexpr ? " default null" : ""}`,
    hasOtherDefault: one.defexpr && !one.defexpr.A_Const?.isnull,
  }));
  if (parameters.some((one) => one.hasOtherDefault)) throw new Error(`${path}: an argument's default can only be null`);
  const [schema, name] = names(node.funcname);
  return {
    schema,
    name,
    parameters,
    argTypes: node.parameters?.map(({ FunctionParameter: one }) => one.argType) ?? [],
    returns: typeName(node.returnType),
    reads: optionOf(node, "volatility").String.sval === "stable",
  };
}

/** The work, once the caller is set. */
function bodyOf({ name, returns }, call) {
  if (returns === "void") return [`perform ${call};`];
  switch (UNDER_KEY[name]) {
    case "keep":
      return [
        "if p_key is null then",
        `  return ${call};`,
        "end if;",
        "",
        "v_kept := api.claim_key(p_key, p_request_sha256);",
        "if v_kept is not null then",
        `  return jsonb_populate_record(null::${returns}, v_kept);`,
        "end if;",
        "",
        `return api.keep_answer(p_key, ${call});`,
      ];
    case "begin":
      return [
        "-- The upload that it begins has ended, and its answer is kept.",
        "if p_key is not null and api.claim_key(p_key, p_request_sha256) is not null then",
        "  return null;",
        "end if;",
        "",
        `return ${call};`,
      ];
    default:
      return [`return ${call};`];
  }
}

function sourceOf(operation) {
  const { schema, name, parameters, argTypes, returns, reads } = operation;
  const ofKey = UNDER_KEY[name] ? KEY : [];
  const all = [...SESSION, ...ofKey, ...parameters.map((one) => one.declared)];
  const call = `${schema}.${name}(${parameters.map((one) => one.name).join(", ")})`;
  const types = [...SESSION, ...ofKey].map((one) => one.split(" ")[1]);
  const itself = `request.${name}(${[...types, ...argTypes.map(typeName)].join(", ")})`;
  return `-- Written by scripts/gen-migration
create or replace function request.${name}(
${all.map((one) => `  ${one}`).join(",\n")}
)
returns ${returns}
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => ${reads});
${UNDER_KEY[name] === "keep" ? "  v_kept jsonb;\n" : ""}begin
${bodyOf(operation, call)
  .map((line) => (line ? `  ${line}` : ""))
  .join("\n")}
end;
$$;

comment on function ${itself} is
'${signature([{ String: { sval: schema } }, { String: { sval: name } }], argTypes)} as the caller of a session${ofKey.length > 0 ? ", once under an Idempotency-Key" : ""}${reads ? "; nothing can be changed meanwhile" : ""}.
Errors: those of auth.resume${ofKey.length > 0 ? ", of api.claim_key" : ""} and of ${schema}.${name}.';

revoke all on function ${itself} from public;
grant execute on function ${itself} to casefile_api;
`;
}

const [folder, mode] = process.argv.slice(2);
const operations = readdirSync(join(folder, "functions/api"))
  .map((file) => file.replace(/\.sql$/, ""))
  .filter((name) => !NOT_CALLED.includes(name))
  .map((name) => `functions/api/${name}.sql`);
const sources = new Map();
for (const path of [...operations, "functions/audit/explain_refusal.sql"]) {
  const operation = await operationOf(folder, path);
  sources.set(`${operation.name}.sql`, sourceOf(operation));
}

const target = join(folder, "functions/request");
mkdirSync(target, { recursive: true });
const present = new Map(readdirSync(target).map((file) => [file, readFileSync(join(target, file), "utf8")]));
const stale = [...new Set([...present.keys(), ...sources.keys()])].filter((file) => present.get(file) !== sources.get(file));
if (mode === "--check") {
  for (const file of stale) console.error(`db/functions/request/${file} is not what its operation says. Run scripts/gen-migration.`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const file of stale) {
    if (sources.has(file)) writeFileSync(join(target, file), sources.get(file));
    else rmSync(join(target, file));
  }
}
