// Ways to break a PL/pgSQL function: omit its refusals and calls, and change the results of its conditions.
import { parsePlPgSQL } from "libpg-query";
import { names, typeName } from "../sources/statements.mjs";
import { brokenGuard } from "./conditions.mjs";

const optionOf = (node, name) => node.options.find(({ DefElem: one }) => one.defname === name)?.DefElem.arg;

/** Up to the semicolon that ends it. */
const STATEMENT = { PLpgSQL_stmt_raise: /\braise\b(?:'(?:[^']|'')*'|[^;'])*;/gi, PLpgSQL_stmt_perform: /\bperform\b(?:'(?:[^']|'')*'|[^;'])*;/gi };

/** Every object of these kinds in a tree. */
function* nodesOf(tree, kinds) {
  for (const [key, value] of Object.entries(tree)) {
    if (value === null || typeof value !== "object") continue;
    if (kinds.includes(key)) yield { kind: key, node: value };
    yield* nodesOf(value, kinds);
  }
}

/** The start of a line of a body, after its blanks. */
function startOf(body, line) {
  let start = 0;
  for (let passed = 1; passed < line; passed++) start = body.indexOf("\n", start) + 1;
  return start + /^\s*/.exec(body.slice(start))[0].length;
}

/** The parser knows only PostgreSQL's own types, and refuses an array of one of ours as a result. */
const parsable = (text) => text.replace(/^(returns [\w.]+)\[\]/m, "$1");

const onOneLine = (text) => text.replace(/\s+/g, " ").trim();

function* silenced(body, tree) {
  for (const { kind, node } of nodesOf(tree, Object.keys(STATEMENT))) {
    const pattern = STATEMENT[kind];
    pattern.lastIndex = startOf(body, node.lineno);
    const statement = pattern.exec(body)?.[0];
    if (!statement) throw new Error(`line ${node.lineno} has no ${kind}`);
    yield { kind: kind.replace("PLpgSQL_stmt_", ""), what: `without ${onOneLine(statement)}`, from: pattern.lastIndex - statement.length, old: statement, text: "null;" };
  }
}

async function* misled(body, tree) {
  for (const { node } of nodesOf(tree, ["PLpgSQL_stmt_if", "PLpgSQL_if_elsif"])) {
    const { query } = node.cond.PLpgSQL_expr;
    const from = body.indexOf(query, startOf(body, node.lineno));
    if (from < 0) throw new Error(`line ${node.lineno} "${body.slice(pattern.lastIndex, 60)}|${body.slice(startOf(body,node.lineno)).slice(0,80)}" does not ask ${query}`);
    for (const { what, text } of await brokenGuard(query)) yield { kind: "comparison", what, from, old: query, text };
  }
}

/** From the statement CREATE FUNCTION. */
export async function* brokenFunctions({ kind, node, text }) {
  if (kind !== "CreateFunctionStmt" || optionOf(node, "language").String.sval !== "plpgsql") return;
  const name = names(node.funcname).join(".");
  const body = optionOf(node, "as").List.items[0].String.sval;
  const tree = (await parsePlPgSQL(parsable(text))).plpgsql_funcs[0].PLpgSQL_function.action;
  const start = text.indexOf(body);
  const broken = [...silenced(body, tree)];
  // In other functions, conditions only choose a way to find the result.
  const isGuard = broken.length > 0 || typeName(node.returnType) === "trigger";
  if (isGuard) for await (const one of misled(body, tree)) broken.push(one);
  for (const { kind: mutant, what, from, old, text: instead } of broken) {
    yield {
      kind: mutant,
      name: `function ${name}: ${what}`,
      sql: text.slice(0, start + from) + instead + text.slice(start + from + old.length),
      own: [`functions/${name.replace(".", "/")}.sql`],
      words: [name],
    };
  }
}
