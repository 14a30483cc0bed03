// The statements that lead from what is true of a database to what shall be.
import { statementsOf } from "./statements.mjs";
import { Facts } from "./facts.mjs";

const ORDER = ["schemas", "types", "tables", "reference", "functions/core", "functions/audit", "functions/auth", "functions/worker",
  "functions/api", "policies"];
const rank = ([path]) => ORDER.findIndex((part) => path.startsWith(part));

/**
 * Statements by the source that says them: [[path, [text, ...]], ...]; "" stands for what has to go first. A table that is
 * no longer in `to` is dropped if `dropsTables`, on the way back of a migration that made it.
 */
export async function difference(from, to, { dropsTables }) {
  const tables = dropsTables ? [...ofTheirRows(from, to), ...gone(from, to, "table")] : [];
  const rest = await after(from, tables);
  const first = [...tables, ...drops(rest, to), ...revokes(rest, to)];
  const left = await after(from, first);
  const parts = new Map([["", [...first, ...comments(left, to), ...rowsGone(left, to)]]]);
  const isNew = (name) => (to.get(name).privilege ? !left.has(name) : left.get(name)?.text !== to.get(name).text);
  const said = new Set();
  for (const [name, fact] of to) {
    if (said.has(fact.text) || !isNew(name) || isByHand(name, fact, left)) continue;
    if (!fact.row) said.add(fact.text);
    parts.set(fact.path, [...(parts.get(fact.path) ?? []), ...(fact.privilege ? grants(fact, to, isNew) : [statementOf(fact)])]);
  }
  return [...parts].filter(([, statements]) => statements.length > 0).sort((a, b) => rank(a) - rank(b));
}

/** What is there already changes by hand; and so does what stands within something that is there. */
const isByHand = (name, fact, left) => fact.isStructure && (left.has(name) || (name.startsWith("constraint") && left.has(fact.on)));

function drops(from, to) {
  // "create or replace" changes neither a result nor an argument's name, and takes no default away.
  const isReplaceable = (name, fact) => to.get(name)?.shape === fact.shape && to.get(name).defaults >= fact.defaults;
  const functions = [...from].filter(([name, fact]) => name.startsWith("function ") && !isReplaceable(name, fact));
  const called = functions.map(([name]) => /^function ([^(]*)/.exec(name)[1]);
  const usesOne = (fact) => called.some((name) => fact.calls === name || (fact.text.startsWith("create policy") && fact.text.includes(`${name}(`)));
  const changed = (kind) =>
    [...from].filter(([name, fact]) => name.startsWith(`${kind} `) && (to.get(name)?.text !== fact.text || usesOne(fact)));
  return [...[...changed("policy"), ...changed("trigger"), ...functions].map(([name]) => `drop ${name};`), ...gone(from, to, "type")];
}

/** The functions that give or take a row of a table that goes. */
function ofTheirRows(from, to) {
  const tables = [...from.keys()].filter((name) => name.startsWith("table ") && !to.has(name)).map((name) => name.slice("table ".length));
  const head = (fact) => fact.text.split(/^language /m)[0].split(/[^\w.]+/);
  return [...from]
    .filter(([name, fact]) => name.startsWith("function ") && !to.has(name) && tables.some((table) => head(fact).includes(table)))
    .map(([name]) => `drop ${name};`);
}

/** The last that was made goes first. */
const gone = (from, to, kind) =>
  [...from.keys()].filter((name) => name.startsWith(`${kind} `) && !to.has(name)).map((name) => `drop ${name};`).reverse();

function revokes(from, to) {
  const taken = [...from].filter(([name, fact]) => fact.privilege && !to.has(name) && to.has(fact.on));
  return together(taken.map(([, fact]) => fact)).map(({ privileges, on, roles }) => `revoke ${privileges} on ${on} from ${roles};`);
}

const comments = (left, to) =>
  [...left.keys()].filter((name) => name.startsWith("comment on ") && !to.has(name)).map((name) => `${name} is null;`);

function rowsGone(left, to) {
  const shipped = new Set([...to.values()].filter((fact) => fact.row).map((fact) => fact.table));
  const unlisted = [...left].filter(([name, fact]) => fact.row && shipped.has(fact.table) && !to.has(name));
  const where = ({ key, row }) => key.map((column) => `${column} = ${quoted(row[column])}`).join(" and ");
  return unlisted.map(([, fact]) => `delete from ${fact.table} where ${where(fact)};`);
}

/** What the facts are once the statements are run. */
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

/** The statement itself if all that it grants is new, else what of it is. */
function grants(fact, to, isNew) {
  const all = [...to].filter(([, other]) => other.privilege && other.text === fact.text);
  const fresh = all.filter(([name]) => isNew(name)).map(([, other]) => other);
  if (fresh.length === all.length) return [statementOf(fact)];
  return together(fresh).map(({ privileges, on, roles }) => `grant ${privileges} on ${on} to ${roles};`);
}

/** Grants of the same privileges on an object, as one statement says them. */
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
