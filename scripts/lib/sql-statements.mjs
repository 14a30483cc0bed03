// SQL text as statements, each with its parse tree and its own text.
import { parse } from "libpg-query";

/** The statements of a text. `name` says in an error whose text it is. */
export async function statementsOf(text, name) {
  let parsed;
  try {
    parsed = (await parse(text)).stmts ?? [];
  } catch (error) {
    throw new Error(`${name}: ${error.message}`);
  }
  const bytes = Buffer.from(text);
  return parsed.map(({ stmt, stmt_location: start = 0, stmt_len: length }) => {
    const [kind, node] = Object.entries(stmt)[0];
    const own = bytes.subarray(start, length ? start + length : undefined).toString();
    return { kind, node, text: `${own.trim()};` };
  });
}

const SHORT = { int4: "integer", int8: "bigint", int2: "smallint", bool: "boolean" };

/** ["core", "cases"] of names in a parse tree. */
export const names = (parts) => parts.map((part) => part.String.sval);

export const tableName = (table) => [table.schemaname, table.relname].filter(Boolean).join(".");

export const roleName = ({ RoleSpec: role }) => (role.roletype === "ROLESPEC_PUBLIC" ? "public" : role.rolename);

export function typeName(type) {
  const parts = names(type.names).filter((name) => name !== "pg_catalog");
  const last = parts.pop();
  const array = (type.arrayBounds ?? []).map(() => "[]").join("");
  return `${type.setof ? "setof " : ""}${[...parts, SHORT[last] ?? last].join(".")}${array}`;
}

/** A function as it is called: core.find_case(uuid). */
export const signature = (name, types) => `${names(name).join(".")}(${types.map(typeName).join(", ")})`;
