import { parse } from "libpg-query";

const SHORT = { int4: "integer", int8: "bigint", int2: "smallint", bool: "boolean" };

const dotted = (parts) => parts.map((part) => part.String.sval).join(".");

function typeName(type) {
  const names = type.names.map((part) => part.String.sval).filter((name) => name !== "pg_catalog");
  const last = names.pop();
  const array = (type.arrayBounds ?? []).map(() => "[]").join("");
  return `${type.setof ? "setof " : ""}${[...names, SHORT[last] ?? last].join(".")}${array}`;
}

const roleName = ({ RoleSpec: role }) => (role.roletype === "ROLESPEC_PUBLIC" ? "public" : role.rolename);

const tableName = (table) => [table.schemaname, table.relname].filter(Boolean).join(".");

/** A function, by how it is called and by all that `create or replace` cannot change. */
function describeFunction(statement) {
  const parameters = (statement.parameters ?? []).map((entry) => entry.FunctionParameter);
  const input = parameters.filter((one) => !["FUNC_PARAM_OUT", "FUNC_PARAM_TABLE"].includes(one.mode));
  const signature = `${dotted(statement.funcname)}(${input.map((one) => typeName(one.argType)).join(", ")})`;
  const shape = parameters.map((one) => `${one.mode} ${one.name ?? ""} ${typeName(one.argType)}`);
  const defaults = input.filter((one) => one.defexpr).length;
  const result = statement.returnType ? typeName(statement.returnType) : "";
  return { signature, defaults, identity: JSON.stringify([signature, shape, result]) };
}

function describeGrant(statement, text) {
  if (!statement.is_grant) return [];
  const kinds = { OBJECT_TABLE: "table", OBJECT_FUNCTION: "function" };
  const kind = kinds[statement.objtype];
  if (!kind) return [];
  return statement.objects.flatMap((object) =>
    statement.grantees.map((grantee) => ({
      kind,
      on: object.RangeVar
        ? tableName(object.RangeVar)
        : `${dotted(object.ObjectWithArgs.objname)}(${(object.ObjectWithArgs.objargs ?? []).map((type) => typeName(type.TypeName)).join(", ")})`,
      to: roleName(grantee),
      text,
    })),
  );
}

/** What a source makes: functions, triggers, policies, grants, as far as a later text may have to undo them. */
export async function describe(text, name) {
  const found = { functions: [], triggers: [], policies: [], grants: [] };
  if (text.trim() === "") return found;
  let statements;
  try {
    statements = (await parse(text)).stmts ?? [];
  } catch (error) {
    throw new Error(`${name}: ${error.message}`);
  }
  for (const { stmt, stmt_location: start = 0, stmt_len: length } of statements) {
    const source = Buffer.from(text).subarray(start, length ? start + length : undefined).toString().trim();
    if (stmt.CreateFunctionStmt) found.functions.push(describeFunction(stmt.CreateFunctionStmt));
    if (stmt.CreateTrigStmt) found.triggers.push(`${stmt.CreateTrigStmt.trigname} on ${tableName(stmt.CreateTrigStmt.relation)}`);
    if (stmt.CreatePolicyStmt) found.policies.push(`${stmt.CreatePolicyStmt.policy_name} on ${tableName(stmt.CreatePolicyStmt.table)}`);
    if (stmt.GrantStmt) found.grants.push(...describeGrant(stmt.GrantStmt, source));
  }
  return found;
}
