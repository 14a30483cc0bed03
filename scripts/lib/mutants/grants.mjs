// Ways to break the grants: revoke each, and grant each to other roles.
import { roleName, signature, tableName } from "../sources/statements.mjs";

/** The tests that list what each role may do. */
const LISTS = ["operations.sql", "requests.sql", "server.sql", "worker.sql", "backup.sql", "registrar.sql", "catalog.sql"];

const VERBS = ["select", "insert", "update", "delete"];

const testOf = (object) =>
  object.startsWith("table ") ? [`policies/${object.slice("table ".length)}.sql`] : [`functions/${object.slice("function ".length).replace(/\(.*/, "").replace(".", "/")}.sql`];

function mutant(what, sql, object) {
  const name = object.replace(/^\w+ /, "").replace(/\(.*/, "");
  return {
    kind: "grant",
    name: `grant on ${object}: ${what}`,
    sql,
    own: [...testOf(object), ...LISTS],
    words: [name],
  };
}

/** The objects of grants, with the columns of tables. */
function objectOf({ kind, node }) {
  if (kind === "CreateFunctionStmt") {
    const input = (node.parameters ?? []).map((one) => one.FunctionParameter).filter(({ mode }) => !["FUNC_PARAM_OUT", "FUNC_PARAM_TABLE"].includes(mode));
    return { name: `function ${signature(node.funcname, input.map((one) => one.argType))}`, verbs: ["execute"] };
  }
  if (kind === "CreateStmt") {
    const columns = node.tableElts.flatMap(({ ColumnDef: column }) => (column ? [column.colname] : []));
    return { name: `table ${tableName(node.relation)}`, verbs: VERBS, columns };
  }
  return undefined;
}

/** Whether a role inherits from another, by the statements of db/roles.sql. */
export function membersIn(roles) {
  const granted = roles
    .filter(({ kind, node }) => kind === "GrantRoleStmt" && node.is_grant)
    .flatMap(({ node }) => node.granted_roles.flatMap(({ AccessPriv: { priv_name: of } }) => node.grantee_roles.map((one) => ({ of, to: roleName(one) }))));
  return (role, holder) => role === holder || granted.some(({ of, to }) => of === holder && to === role);
}

/** From the facts of all sources. `callers` are the roles of callers. */
export function* brokenGrants(statements, facts, callers, isMember) {
  const held = [...facts.values()].filter(({ privilege, to }) => privilege && to);
  for (const { privilege, on, to } of held) {
    if (/^(function|table) /.test(on)) yield mutant(`not ${privilege} to ${to}`, `revoke ${privilege} on ${on} from ${to}`, on);
  }
  for (const object of statements.map(objectOf).filter(Boolean)) {
    for (const verb of object.verbs) yield* opened(object, verb, held.filter(({ on, privilege }) => on === object.name && privilege.split(" ")[0] === verb), callers, isMember);
  }
}

function* opened({ name, columns = [] }, verb, held, callers, isMember) {
  const holders = [...new Set(held.map(({ to }) => to))];
  if (holders.includes("public")) return;
  const open = (privilege, to) => mutant(`${privilege} to ${to}`, `grant ${privilege} on ${name} to ${to}`, name);
  yield open(verb, "public");
  const others = callers.filter((role) => !holders.some((holder) => isMember(role, holder)));
  if (others.length < callers.length) for (const role of others) yield open(verb, role);
  for (const role of holders) {
    const granted = held.filter(({ to }) => to === role).map(({ privilege }) => privilege);
    if (granted.includes(verb)) continue;
    for (const column of columns.map((one) => `${verb} (${one})`).filter((one) => !granted.includes(one))) yield open(column, role);
  }
}
