// The effects of statements on a database, one fact for each object: a function, a grant to one role, a comment. Both a sequence
// of migrations and the sources make facts, so that the two can be compared without a database.
import { names, roleName, signature, tableName, typeName } from "./statements.mjs";

/**
 * Facts by name. Each has `text`, the statement that makes it true; `path`, its source below db/; and `on`, the object
 * that it ends with.
 */
export class Facts extends Map {
  /** Runs a statement. */
  apply({ kind, node, text, remarks }) {
    READERS[kind]?.(this, node, { text, remarks: remarks.replace(HEADINGS, "").trimStart() });
  }

  /** Ends an object, and everything on it. */
  end(object) {
    this.delete(object);
    this.delete(`comment on ${object}`);
    for (const [name, fact] of this) if (fact.on === object) this.end(name);
  }
}

/** A migration's note of the source of its statements. */
const HEADINGS = /^-- (#|db\/).*$/gm;

const OBJECTS = {
  OBJECT_COLUMN: "column",
  OBJECT_FUNCTION: "function",
  OBJECT_INDEX: "index",
  OBJECT_POLICY: "policy",
  OBJECT_SCHEMA: "schema",
  OBJECT_SEQUENCE: "sequence",
  OBJECT_TABCONSTRAINT: "constraint",
  OBJECT_TABLE: "table",
  OBJECT_TRIGGER: "trigger",
  OBJECT_TYPE: "type",
};

/** An object's name in drop statements and comments, "policy p on core.cases", and the source of its kind. */
function objectOf(type, object) {
  const kind = OBJECTS[type];
  if (object.ObjectWithArgs) {
    const { objname, objargs = [] } = object.ObjectWithArgs;
    return { name: `${kind} ${signature(objname, objargs.map((one) => one.TypeName))}`, path: functionPath(objname) };
  }
  if (object.TypeName) return { name: `${kind} ${typeName(object.TypeName)}`, path: `types/${typeName(object.TypeName)}.sql` };
  const parts = object.RangeVar ? [tableName(object.RangeVar)] : object.List ? names(object.List.items) : [object.String.sval];
  const outer = parts.slice(0, -1).join(".");
  switch (kind) {
    case "policy":
      return { name: `policy ${parts.at(-1)} on ${outer}`, on: `table ${outer}`, path: `policies/${outer}.sql` };
    case "trigger":
    case "constraint":
      return { name: `${kind} ${parts.at(-1)} on ${outer}`, on: `table ${outer}` };
    case "column":
      return { name: `column ${parts.join(".")}`, on: `table ${outer}`, path: `tables/${outer}.sql` };
    case "schema":
      return { name: `schema ${parts[0]}`, path: "schemas.sql" };
    default:
      return { name: `${kind} ${parts.join(".")}`, path: `tables/${parts.join(".")}.sql` };
  }
}

const functionPath = (name) => `functions/${names(name).join("/")}.sql`;

/** Privileges on a table are in the file of its policies. */
const privilegePath = (path) => path.replace(/^tables\/public\..*/, "schemas.sql").replace(/^tables\//, "policies/");

/** The parts of a GRANT: each privilege (of each column) on each object for each role. */
function grantsOf(node) {
  if (!OBJECTS[node.objtype] || node.targtype !== "ACL_TARGET_OBJECT") return [];
  const privileges = (node.privileges ?? [{ AccessPriv: { priv_name: "all" } }]).flatMap(({ AccessPriv: one }) =>
    one.cols ? names(one.cols).map((column) => `${one.priv_name} (${column})`) : [one.priv_name],
  );
  return node.objects.flatMap((object) => {
    const { name: on, path } = objectOf(node.objtype, object);
    return node.grantees.flatMap((grantee) =>
      privileges.map((privilege) => ({ privilege, on, to: roleName(grantee), path: privilegePath(path) })),
    );
  });
}

/** An attribute of a composite type, as "notes text". */
const attributeOf = (column) => `${column.colname} ${typeName(column.typeName)}`;

function alterType(facts, name, commands) {
  const attributes = commands.reduce((left, { AlterTableCmd: command }) => {
    if (command.subtype === "AT_AddColumn") return [...left, attributeOf(command.def.ColumnDef)];
    return left.filter((one) => command.subtype !== "AT_DropColumn" || !one.startsWith(`${command.name} `));
  }, facts.get(name).attributes);
  facts.set(name, { ...facts.get(name), attributes });
}

const structure = (facts, name, fact) => facts.set(name, { ...fact, isStructure: true });

const READERS = {
  CreateSchemaStmt: (facts, node, fact) => structure(facts, `schema ${node.schemaname}`, { ...fact, path: "schemas.sql" }),

  CreateEnumStmt(facts, node, fact) {
    const name = names(node.typeName).join(".");
    structure(facts, `type ${name}`, { ...fact, path: `types/${name}.sql` });
  },

  CompositeTypeStmt(facts, node, fact) {
    const name = tableName(node.typevar);
    const attributes = node.coldeflist.map(({ ColumnDef: one }) => attributeOf(one));
    structure(facts, `type ${name}`, { ...fact, attributes, path: `types/${name}.sql` });
  },

  CreateStmt(facts, node, fact) {
    const name = tableName(node.relation);
    structure(facts, `table ${name}`, { ...fact, path: `tables/${name}.sql`, key: primaryKeyOf(node) });
  },

  IndexStmt(facts, node, fact) {
    const table = tableName(node.relation);
    structure(facts, `index ${node.relation.schemaname}.${node.idxname}`, { ...fact, on: `table ${table}`, path: `tables/${table}.sql` });
  },

  CreateFunctionStmt(facts, node, fact) {
    const parameters = (node.parameters ?? []).map((entry) => entry.FunctionParameter);
    const input = parameters.filter((one) => !["FUNC_PARAM_OUT", "FUNC_PARAM_TABLE"].includes(one.mode));
    // "create or replace" cannot change results or argument names, nor remove defaults.
    const shape = JSON.stringify([
      parameters.map((one) => [one.mode, one.name, typeName(one.argType)]),
      node.returnType ? typeName(node.returnType) : "",
    ]);
    const defaults = input.filter((one) => one.defexpr).length;
    const name = `function ${signature(node.funcname, input.map((one) => one.argType))}`;
    facts.set(name, { ...fact, shape, defaults, path: functionPath(node.funcname) });
  },

  CreatePolicyStmt(facts, node, fact) {
    const table = tableName(node.table);
    facts.set(`policy ${node.policy_name} on ${table}`, { ...fact, on: `table ${table}`, path: `policies/${table}.sql` });
  },

  /** The sources repeat all of it. */
  AlterPolicyStmt(facts, node) {
    const name = `policy ${node.policy_name} on ${tableName(node.table)}`;
    facts.set(name, { ...facts.get(name), text: "" });
  },

  CreateTrigStmt(facts, node, fact) {
    const table = tableName(node.relation);
    const calls = names(node.funcname).join(".");
    facts.set(`trigger ${node.trigname} on ${table}`, { ...fact, calls, on: `table ${table}`, path: functionPath(node.funcname) });
  },

  AlterTableStmt(facts, node, fact) {
    const table = tableName(node.relation);
    if (node.objtype === "OBJECT_TYPE") return alterType(facts, `type ${table}`, node.cmds);
    const security = { ...fact, on: `table ${table}`, path: `policies/${table}.sql` };
    for (const { AlterTableCmd: command } of node.cmds) {
      const trigger = `trigger ${command.name} on ${table}`;
      switch (command.subtype) {
        case "AT_EnableRowSecurity":
          facts.set(`row security of ${table}`, security);
          break;
        case "AT_ForceRowSecurity":
          facts.set(`forced row security of ${table}`, security);
          break;
        case "AT_EnableAlwaysTrig":
          facts.set(`firing of ${trigger}`, { ...fact, on: trigger, path: facts.get(trigger)?.path });
          break;
        case "AT_AddConstraint":
          structure(facts, `constraint ${command.def.Constraint.conname} on ${table}`, { ...fact, on: `table ${table}`, path: `tables/${table}.sql` });
          break;
        case "AT_AddColumn":
          changeRows(facts, table, (columns) => [...columns, [command.def.ColumnDef.colname, defaultOf(command.def.ColumnDef)]]);
          break;
        case "AT_DropColumn":
          facts.end(`column ${table}.${command.name}`);
          changeRows(facts, table, (columns) => columns.filter(([column]) => column !== command.name));
          break;
      }
    }
  },

  RenameStmt(facts, node) {
    if (node.renameType !== "OBJECT_COLUMN") return;
    const table = tableName(node.relation);
    facts.end(`column ${table}.${node.subname}`);
    changeRows(facts, table, (columns) => columns.map(([column, value]) => [column === node.subname ? node.newname : column, value]));
  },

  CommentStmt(facts, node, fact) {
    if (!OBJECTS[node.objtype]) return;
    const { name, on = name, path } = objectOf(node.objtype, node.object);
    if (node.comment === undefined) facts.delete(`comment on ${name}`);
    else facts.set(`comment on ${name}`, { ...fact, on: facts.has(name) ? name : on, path: path ?? facts.get(name)?.path });
  },

  GrantStmt(facts, node, fact) {
    for (const { privilege, on, to, path } of grantsOf(node)) {
      const name = `grant ${privilege} on ${on} to ${to}`;
      if (node.is_grant) facts.set(name, { ...fact, on, privilege, to, path });
      else if (privilege === "all" && to === "public") facts.set(`nothing on ${on} for public`, { ...fact, on, path });
      else facts.delete(name);
    }
  },

  DropStmt(facts, node) {
    if (!OBJECTS[node.removeType]) return;
    for (const object of node.objects) facts.end(objectOf(node.removeType, object).name);
  },

  InsertStmt(facts, node, fact) {
    const table = tableName(node.relation);
    const key = facts.get(`table ${table}`)?.key ?? [];
    const columns = (node.cols ?? []).map(({ ResTarget: column }) => column.name);
    for (const { List: list } of node.selectStmt?.SelectStmt?.valuesLists ?? []) {
      const values = list.items.map(({ A_Const: value }) => value?.sval?.sval ?? null);
      const row = Object.fromEntries(columns.map((column, index) => [column, values[index]]));
      const path = `reference/${table}.csv`;
      facts.set(rowName(table, key.map((column) => row[column])), { ...fact, text: rowText(row), table, key, row, on: `table ${table}`, path });
    }
  },

  DeleteStmt(facts, node) {
    const terms = node.whereClause?.BoolExpr?.args ?? [node.whereClause ?? {}];
    const key = terms.map(({ A_Expr: term }) => term?.rexpr?.A_Const?.sval?.sval);
    facts.delete(rowName(tableName(node.relation), key));
  },
};

/** A migration by hand that changes a reference table's columns changes its rows. */
function changeRows(facts, table, change) {
  for (const [name, fact] of facts) {
    if (fact.table !== table) continue;
    const row = Object.fromEntries(change(Object.entries(fact.row)));
    facts.set(name, { ...fact, row, text: rowText(row) });
  }
}

/** The value of a new column in existing rows. */
function defaultOf(column) {
  const constant = (column.constraints ?? []).find((one) => one.Constraint.contype === "CONSTR_DEFAULT");
  return constant?.Constraint.raw_expr.A_Const?.sval?.sval ?? null;
}

/** The same for equal values, in any order of columns. */
const rowText = (row) => JSON.stringify(Object.entries(row).sort());

const rowName = (table, key) => `row ${key.join(", ")} of ${table}`;

/** The columns of the primary key in a table's own statement. */
function primaryKeyOf(node) {
  for (const { ColumnDef: column, Constraint: constraint } of node.tableElts) {
    if (column?.constraints?.some((one) => one.Constraint.contype === "CONSTR_PRIMARY")) return [column.colname];
    if (constraint?.contype === "CONSTR_PRIMARY") return names(constraint.keys);
  }
  return [];
}
