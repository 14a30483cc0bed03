// SQL text as statements, each with its parse tree and its own text.
import { parse } from "libpg-query";

/** The statements of a text; `remarks` are the comments before one. An error shows `name`. */
export async function statementsOf(text, name) {
  if (text.trim() === "") return [];
  let parsed;
  try {
    parsed = (await parse(text)).stmts ?? [];
  } catch (error) {
    throw new Error(`${name}: ${error.message}`);
  }
  const bytes = Buffer.from(text);
  let end = 0;
  return parsed.map(({ stmt, stmt_location: start = 0, stmt_len: length = bytes.length - start }) => {
    const [[kind, node]] = Object.entries(stmt);
    const remarks = bytes.subarray(end, start).toString();
    end = start + length;
    return { kind, node, remarks: remarks.replace(/^[;\s]*/, ""), text: `${bytes.subarray(start, end).toString().trim()};` };
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
