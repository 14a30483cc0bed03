// Ways to break a policy. Each is tested alone, whatever its roles and conditions.
import { roleName, tableName } from "../sources/statements.mjs";
import { brokenPolicy } from "./conditions.mjs";
import deparser from "pgsql-deparser";

const CLAUSES = { qual: "using", with_check: "with check" };

async function conditionOf(node, clause) {
  const tree = { SelectStmt: { targetList: [{ ResTarget: { val: node[clause] } }], limitOption: "LIMIT_OPTION_DEFAULT", op: "SETOP_NONE" } };
  return (await deparser.deparse(tree, { pretty: false })).replace(/^SELECT\s+/, "");
}

async function* breaksOf(node) {
  for (const [clause, words] of Object.entries(CLAUSES)) {
    if (!node[clause]) continue;
    for (const { what, text } of await brokenPolicy(await conditionOf(node, clause))) yield { what: `${words}: ${what}`, change: `${words} (${text})` };
  }
  // Without WITH CHECK, USING checks the new row of an update.
  if (["update", "all"].includes(node.cmd_name) && !node.with_check && (await conditionOf(node, "qual")) !== "true") {
    yield { what: "with check: true for what it sees", change: "with check (true)" };
  }
  const roles = node.roles.map(roleName);
  yield { what: "to public", change: "to public" };
  if (roles.length > 1) {
    for (const role of roles) yield { what: `not to ${role}`, change: `to ${roles.filter((other) => other !== role).join(", ")}` };
  }
}

/** From the statement CREATE POLICY. */
export async function* brokenPolicies({ kind, node }) {
  if (kind !== "CreatePolicyStmt") return;
  const table = tableName(node.table);
  const policy = `${node.policy_name} on ${table}`;
  for await (const { what, change } of breaksOf(node)) {
    yield {
      kind: "policy",
      name: `policy ${policy}: ${what}`,
      sql: `alter policy ${policy} ${change}`,
      own: [`policies/${table}.sql`],
      words: [table],
    };
  }
}
