// The statements from a database's present facts to the intended ones.
import { statementsOf } from "./statements.mjs";
import { Facts } from "./facts.mjs";

const ORDER = ["schemas", "types", "tables", "functions/core", "functions/audit", "functions/auth", "functions/worker",
  "functions/api", "functions/request", "policies"];
const rank = ([path]) => ORDER.findIndex((part) => path.startsWith(part));

/**
 * Statements by their source, [[path, [text, ...]], ...]: `objects`, with "" for the objects to drop first, and `rows`, which
 * are written under the new policies. On the way back of a migration (`isBack`), tables and attributes that are not in `to`
 * are dropped, because the way there made them.
 */
export async function difference(from, to, { isBack }) {
  const tables = isBack ? [...ofTheirRows(from, to), ...gone(from, to, "table")] : [];
  const rest = await after(from, tables);
  const first = [...tables, ...drops(rest, to), ...revokes(rest, to)];
  const left = await after(from, first);
  const objects = new Map([["", [...first, ...comments(left, to)]]]);
  const rows = new Map([["", rowsGone(left, to, isBack)]]);
  const isNew = (name) => (to.get(name).privilege ? !left.has(name) : left.get(name)?.text !== to.get(name).text);
  const statementsFor = (name, fact) => {
    if (fact.privilege) return grants(fact, to, isNew);
    if (fact.attributes && left.has(name)) return attributes(name, left.get(name).attributes, fact.attributes, isBack);
    return isByHand(name, fact, left) ? [] : [statementOf(fact)];
  };
  const said = new Set();
  for (const [name, fact] of to) {
    if (said.has(fact.text) || !isNew(name)) continue;
    if (!fact.row) said.add(fact.text);
    const parts = fact.row ? rows : objects;
    parts.set(fact.path, [...(parts.get(fact.path) ?? []), ...statementsFor(name, fact)]);
  }
  const written = (parts) => [...parts].filter(([, statements]) => statements.length > 0);
  return { objects: written(objects).sort((a, b) => rank(a) - rank(b)), rows: written(rows) };
}

/** Existing objects, and objects within them, change by hand. */
const isByHand = (name, fact, left) => fact.isStructure && (left.has(name) || (name.startsWith("constraint") && left.has(fact.on)));

/**
 * A composite type gets attributes at its end, in one transaction with the functions that fill them: the old ones can no longer
 * build it. Other changes of attributes are by hand.
 */
function attributes(name, were, will, isBack) {
  const [fewer, more] = isBack ? [will, were] : [were, will];
  if (fewer.some((one, index) => one !== more[index])) return [];
  const beyond = more.slice(fewer.length);
  return beyond.map((one) => `alter ${name} ${isBack ? `drop attribute ${one.split(" ")[0]}` : `add attribute ${one}`};`);
}

function drops(from, to) {
  // "create or replace" cannot change a result or an argument's name, or remove a default.
  const isReplaceable = (name, fact) => to.get(name)?.shape === fact.shape && to.get(name).defaults >= fact.defaults;
  const functions = [...from].filter(([name, fact]) => name.startsWith("function ") && !isReplaceable(name, fact));
  const called = functions.map(([name]) => /^function ([^(]*)/.exec(name)[1]);
  const usesOne = (fact) => called.some((name) => fact.calls === name || (fact.text.startsWith("create policy") && fact.text.includes(`${name}(`)));
  const changed = (kind) =>
    [...from].filter(([name, fact]) => name.startsWith(`${kind} `) && (to.get(name)?.text !== fact.text || usesOne(fact)));
  return [...[...changed("policy"), ...changed("trigger"), ...functions].map(([name]) => `drop ${name};`), ...gone(from, to, "type")];
}

/** The functions that return or take a row of a dropped table. */
function ofTheirRows(from, to) {
  const tables = [...from.keys()].filter((name) => name.startsWith("table ") && !to.has(name)).map((name) => name.slice("table ".length));
  const head = (fact) => fact.text.split(/^language /m)[0].split(/[^\w.]+/);
  return [...from]
    .filter(([name, fact]) => name.startsWith("function ") && !to.has(name) && tables.some((table) => head(fact).includes(table)))
    .map(([name]) => `drop ${name};`);
}

/** Drops the newest first. */
const gone = (from, to, kind) =>
  [...from.keys()].filter((name) => name.startsWith(`${kind} `) && !to.has(name)).map((name) => `drop ${name};`).reverse();

function revokes(from, to) {
  const taken = [...from].filter(([name, fact]) => fact.privilege && !to.has(name) && to.has(fact.on));
  return together(taken.map(([, fact]) => fact)).map(({ privileges, on, roles }) => `revoke ${privileges} on ${on} from ${roles};`);
}

const comments = (left, to) =>
  [...left.keys()].filter((name) => name.startsWith("comment on ") && !to.has(name)).map((name) => `${name} is null;`);

/** On the way back, a row in use stays. */
function rowsGone(left, to, isBack) {
  const shipped = new Set([...to.values()].filter((fact) => fact.row).map((fact) => fact.table));
  const unlisted = [...left].filter(([name, fact]) => fact.row && shipped.has(fact.table) && !to.has(name));
  const where = ({ key, row }) => key.map((column) => `${column} = ${quoted(row[column])}`).join(" and ");
  const statements = unlisted.map(([, fact]) => `delete from ${fact.table} where ${where(fact)};`);
  return isBack ? statements.map(unlessInUse) : statements;
}

const unlessInUse = (statement) => `do $$
begin
  ${statement}
exception
  when foreign_key_violation then raise notice '%', sqlerrm;
end;
$$;`;

/** The facts after the statements. */
async function after(from, statements) {
  const left = new Facts(from);
  for (const statement of await statementsOf(statements.join("\n"), "the migration")) left.apply(statement);
  return left;
}

const quoted = (value) => (value === null ? "null" : `'${value.replaceAll("'", "''")}'`);

function statementOf(fact) {
  if (!fact.row) return fact.remarks + fact.text;
  const columns = Object.keys(fact.row);
  const rest = columns.filter((column) => !fact.key.includes(column));
  return `insert into ${fact.table} (${columns.join(", ")}) values (${Object.values(fact.row).map(quoted).join(", ")})
on conflict (${fact.key.join(", ")}) do update set ${rest.map((column) => `${column} = excluded.${column}`).join(", ")};`;
}

/** The statement itself if all of its grants are new, otherwise the new ones. */
function grants(fact, to, isNew) {
  const all = [...to].filter(([, other]) => other.privilege && other.text === fact.text);
  const fresh = all.filter(([name]) => isNew(name)).map(([, other]) => other);
  if (fresh.length === all.length) return [statementOf(fact)];
  return together(fresh).map(({ privileges, on, roles }) => `grant ${privileges} on ${on} to ${roles};`);
}

/** Grants of the same privileges on an object, as one statement. */
function together(facts) {
  const roles = new Map();
  for (const { on, to, privilege } of facts) {
    const key = `${on}|${to}`;
    roles.set(key, { on, to, privileges: [...(roles.get(key)?.privileges ?? []), privilege] });
  }
  const statements = new Map();
  for (const { on, to, privileges } of roles.values()) {
    const said = asColumns(privileges);
    const key = `${on}|${said}`;
    statements.set(key, { on, privileges: said, roles: [...(statements.get(key)?.roles ?? []), to] });
  }
  return [...statements.values()].map((one) => ({ ...one, roles: one.roles.join(", ") }));
}

/** "update (a)", "update (b)" are "update (a, b)". */
function asColumns(privileges) {
  const columns = new Map();
  for (const privilege of privileges) {
    const [, verb, column] = /^(.*) \((.*)\)$/.exec(privilege) ?? [null, privilege];
    columns.set(verb, [...(columns.get(verb) ?? []), ...(column ? [column] : [])]);
  }
  return [...columns].map(([verb, list]) => (list.length > 0 ? `${verb} (${list.join(", ")})` : verb)).join(", ");
}
