// Ways to break a condition.
import { parse } from "libpg-query";
import deparser from "pgsql-deparser";

const TRUE = { A_Const: { boolval: { boolval: true } } };
const FALSE = { A_Const: { boolval: {} } };

/** The replacement of an omitted condition: true in an `and`, false in an `or`. */
const NEUTRAL = { AND_EXPR: TRUE, OR_EXPR: FALSE };

const STRICTER = { "<": "<=", "<=": "<", ">": ">=", ">=": ">" };

const kindOf = (node) => Object.keys(node)[0];

/** A tree without positions, so that two spellings of one expression are equal. */
const withoutPlaces = (tree) =>
  JSON.stringify(tree, (key, value) => (/^(location|stmt_len|stmt_location|rexpr_list_start|rexpr_list_end)$/.test(key) ? undefined : value));

const selectOf = (value) => ({ SelectStmt: { targetList: [{ ResTarget: { val: value } }], limitOption: "LIMIT_OPTION_DEFAULT", op: "SETOP_NONE" } });

/** An expression as text, on one line. */
async function textOf(value) {
  const text = (await deparser.deparse(selectOf(value), { pretty: false })).replace(/^SELECT\s+/, "");
  const again = (await parse(`select ${text}`)).stmts[0].stmt;
  if (withoutPlaces(again) !== withoutPlaces(selectOf(value))) throw new Error(`pgsql-deparser makes something else of a condition: ${text}`);
  return text;
}

/** Each condition in an expression: its path, and its replacement if omitted. Sub-selects have them in WHERE. */
function* conditionsIn(node, way = [], left = undefined) {
  const kind = kindOf(node);
  yield { node, way, left };
  if (kind === "BoolExpr") {
    const { boolop, args } = node.BoolExpr;
    for (const [place, operand] of args.entries()) yield* conditionsIn(operand, [...way, kind, "args", place], NEUTRAL[boolop]);
  } else if (kind === "CaseExpr") {
    const { args, defresult } = node.CaseExpr;
    for (const [place, { CaseWhen: branch }] of args.entries()) yield* conditionsIn(branch.result, [...way, kind, "args", place, "CaseWhen", "result"]);
    if (defresult) yield* conditionsIn(defresult, [...way, kind, "defresult"]);
  } else {
    yield* wheresIn(node, way);
  }
}

function* wheresIn(tree, way) {
  for (const [key, value] of Object.entries(tree)) {
    if (key === "whereClause") yield* conditionsIn(value, [...way, key], TRUE);
    else if (value !== null && typeof value === "object") yield* wheresIn(value, [...way, key]);
  }
}

function replaced(tree, [step, ...way], value) {
  if (step === undefined) return value;
  const copy = Array.isArray(tree) ? [...tree] : { ...tree };
  copy[step] = replaced(tree[step], way, value);
  return copy;
}

const without = (list, place) => list.filter((_, other) => other !== place);

/** A comparison made slightly wider or narrower: a moved bound, or without a pair of two rows or an item of a list. */
function* neighbours({ A_Expr: comparison }) {
  if (!comparison) return;
  const { kind, name, lexpr, rexpr } = comparison;
  const other = STRICTER[name[0].String.sval];
  if (kind === "AEXPR_OP" && other) yield { value: { A_Expr: { ...comparison, name: [{ String: { sval: other } }] } } };
  if (lexpr?.RowExpr && rexpr?.RowExpr && lexpr.RowExpr.args.length > 1) {
    const row = ({ RowExpr: { args } }, place) => ({ RowExpr: { args: without(args, place), row_format: "COERCE_EXPLICIT_CALL" } });
    for (const [place, left] of lexpr.RowExpr.args.entries()) {
      yield { value: { A_Expr: { ...comparison, lexpr: row(lexpr, place), rexpr: row(rexpr, place) } }, left };
    }
  }
  if (kind === "AEXPR_IN" && rexpr.List.items.length > 1) {
    for (const [place, left] of rexpr.List.items.entries()) {
      yield { value: { A_Expr: { ...comparison, rexpr: { List: { items: without(rexpr.List.items, place) } } } }, left };
    }
  }
}

async function treeOf(condition) {
  return (await parse(`select ${condition}`)).stmts[0].stmt.SelectStmt.targetList[0].ResTarget.val;
}

const isConstant = (node) => kindOf(node) === "A_Const";

async function mutantsOf(tree, replacements) {
  const found = new Map();
  for (const { way, node, value, left } of replacements) {
    const text = await textOf(replaced(tree, way, value));
    const what = left ? `without ${await textOf(left)} in` : `${await textOf(value)} for`;
    if (!found.has(text)) found.set(text, { text, what: `${what} ${await textOf(node)}` });
  }
  return [...found.values()];
}

/** A policy's condition: true, false, and without each of its parts. */
export async function brokenPolicy(condition) {
  const tree = await treeOf(condition);
  const whole = [TRUE, FALSE].filter((value) => JSON.stringify(value) !== withoutPlaces(tree)).map((value) => ({ way: [], node: tree, value }));
  const parts = [...conditionsIn(tree)].filter(({ left }) => left).map(({ way, node, left }) => ({ way, node, value: left }));
  return mutantsOf(tree, [...whole, ...parts]);
}

/** The condition of an IF: each comparison true, false, and slightly wider or narrower. */
export async function brokenGuard(condition) {
  const tree = await treeOf(condition);
  const comparisons = [...conditionsIn(tree)].filter(({ node }) => kindOf(node) !== "BoolExpr" && !isConstant(node));
  return mutantsOf(
    tree,
    comparisons.flatMap(({ way, node }) => [{ value: TRUE }, { value: FALSE }, ...neighbours(node)].map((one) => ({ way, node, ...one }))),
  );
}
