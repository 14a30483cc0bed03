// The grants of EXECUTE: which role may call which function, with each function's comment.
import { functionsPicture, TITLE } from "./functions-picture.mjs";
import { code, csv, inCell, page, paragraph, table } from "./text.mjs";

const QUERY = `
  select
    n.nspname as schema, p.proname as name, pg_get_function_identity_arguments(p.oid) as arguments,
    obj_description(p.oid, 'pg_proc') as comment, p.provolatile = 'v' as changes, p.prosecdef as definer, r.rolname as role
  from pg_proc as p
  join pg_namespace as n on n.oid = p.pronamespace
  join pg_roles as owner on owner.oid = p.proowner and owner.rolname = 'casefile_owner'
  left join pg_roles as r on r.rolname = any ($1::text[]) and has_function_privilege(r.oid, p.oid, 'execute')
  order by
    n.nspname collate "C", p.proname collate "C", pg_get_function_identity_arguments(p.oid) collate "C",
    array_position($1::text[], r.rolname::text)`;

async function read(client, roles) {
  const { rows } = await client.query(QUERY, [roles.map(({ name }) => name)]);
  const found = new Map();
  for (const { role, ...one } of rows) {
    const key = `${one.schema}.${one.name}(${one.arguments})`;
    if (!found.has(key)) found.set(key, { ...one, roles: [] });
    if (role !== null) found.get(key).roles.push(role);
  }
  return [...found.values()];
}

const saysOf = ({ comment }) => paragraph(comment).replace(/ ?Errors: .*/, "");
const errorsOf = ({ comment }) => /Errors: (.*)/s.exec(comment ?? "")?.[1] ?? "";
const trigger = ({ name }) => name.startsWith("tg_");

function operationsTable(found, callers) {
  return table(
    ["operation", ...callers.map(({ name }) => code(name)), "", "what it does", "errors"],
    found.map((one) => [
      code(one.name),
      ...callers.map(({ name }) => (one.roles.includes(name) ? "yes" : "")),
      one.changes === "t" ? "" : "reads",
      saysOf(one),
      errorsOf(one),
    ]),
  );
}

const whoMay = (roles, callers) => {
  const all = callers.every(({ name }) => roles.includes(name));
  const named = roles.filter((role) => !all || !callers.some(({ name }) => name === role)).map(code);
  return [...(all ? ["every caller"] : []), ...named].join(", ");
};

const others = (found, callers) =>
  table(
    ["function", "who may call it", "runs as", "what it does"],
    found.map((one) => [
      code(`${one.schema}.${one.name}`),
      whoMay(one.roles, callers),
      one.definer === "t" ? "the owner" : "the caller",
      saysOf(one),
    ]),
  );

const lineOf = (one, role) => ({
  schema: one.schema,
  function: one.name,
  arguments: one.arguments,
  role,
  runs_as: one.definer === "t" ? "owner" : "caller",
  comment: inCell(paragraph(one.comment)),
});

export async function functions(client, roles) {
  const found = await read(client, roles);
  const callers = roles.filter(({ caller }) => caller);
  const called = found.filter((one) => one.roles.length > 0);
  const ofSchemas = (...schemas) => called.filter(({ schema }) => schemas.includes(schema));
  const alone = found.filter((one) => one.roles.length === 0 && !trigger(one));
  const operations = ofSchemas("api");
  return {
    "operations.svg": functionsPicture(operations.map(({ changes, ...one }) => ({ ...one, changes: changes === "t" })), callers),
    "operations.md": page(
      "Who may call which function",
      "From the grants of EXECUTE, and each function's comment. Only the named roles may call it.",
      "## Operations, of schema `api`",
      "One for each operation of the HTTP API, with the roles that may call it. The policies decide which cases it finds: " +
        "[access.md](access.md). *Reads*: the transaction is read-only.",
      `![${TITLE}](operations.svg)`,
      operationsTable(operations, callers),
      "## Requests, of schema `request`",
      "What the server calls: each resumes a session, becomes its caller, and calls the operation of its name.",
      others(ofSchemas("request"), callers),
      "## Directory, sessions, worker and audit",
      others(ofSchemas("auth", "worker", "audit"), callers),
      "## Helpers, of schema `core`",
      others(ofSchemas("core"), callers),
      "## Functions of the owner alone",
      "Called by other functions, or by an administrator as `casefile_owner`; trigger functions, which cannot be called, are left out.",
      table(["function", "what it does"], alone.map((one) => [code(`${one.schema}.${one.name}`), saysOf(one)])),
    ),
    "operations.csv": csv(
      ["schema", "function", "arguments", "role", "runs_as", "comment"],
      called.flatMap((one) => one.roles.map((role) => lineOf(one, role))),
    ),
  };
}
