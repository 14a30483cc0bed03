// Every mutant: { kind, name, sql, own, words }. `own` are the tests of the broken object, and `words` its names.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Facts } from "../sources/facts.mjs";
import { readSources } from "../sources/files.mjs";
import { names, statementsOf, tableName } from "../sources/statements.mjs";
import { brokenFunctions } from "./functions.mjs";
import { brokenGrants, membersIn } from "./grants.mjs";
import { brokenPolicies } from "./policies.mjs";

/** The database roles of callers, by the words for them. */
function callersOf(statements) {
  const words = statements.find(({ kind, node }) => kind === "CreateEnumStmt" && names(node.typeName).join(".") === "core.user_role");
  return names(words.node.vals).map((word) => word.toLowerCase());
}

/** The direct and indirect callers of a function, by name. A table calls the functions of its triggers; its writers call the table. */
function callersIn(statements) {
  const functions = statements.filter(({ kind }) => kind === "CreateFunctionStmt").map(({ node, text }) => ({ name: names(node.funcname).join("."), text }));
  const tables = statements
    .filter(({ kind }) => kind === "CreateTrigStmt")
    .map(({ node }) => ({ name: tableName(node.relation), text: `${names(node.funcname).join(".")}(` }));
  return function callers(name, found = new Set()) {
    const calls = new RegExp(`\\b${name}\\(|\\b(insert into|update|delete from) ${name}\\b`);
    for (const caller of [...functions, ...tables]) {
      if (caller.name === name || found.has(caller.name) || !calls.test(caller.text)) continue;
      found.add(caller.name);
      callers(caller.name, found);
    }
    return [...found];
  };
}

/** Numbers the second of two equal breaks in one function. */
function* numbered(mutants) {
  const times = new Map();
  for (const mutant of mutants) {
    const time = (times.get(mutant.name) ?? 0) + 1;
    times.set(mutant.name, time);
    yield time === 1 ? mutant : { ...mutant, name: `${mutant.name} (${time})` };
  }
}

/** From the sources in the folder `db`. */
export async function allMutants(db) {
  const parts = (await readSources(db)).flatMap((section) => section.parts);
  const statements = (await Promise.all(parts.map(({ path, text }) => statementsOf(text, join("db", path))))).flat();
  const roles = await statementsOf(readFileSync(join(db, "roles.sql"), "utf8"), "db/roles.sql");
  const facts = new Facts();
  const mutants = [];
  for (const statement of statements) {
    facts.apply(statement);
    for await (const mutant of brokenPolicies(statement)) mutants.push(mutant);
    for await (const mutant of brokenFunctions(statement)) mutants.push(mutant);
  }
  mutants.push(...brokenGrants(statements, facts, callersOf(statements), membersIn(roles)));
  const callers = callersIn(statements);
  for (const mutant of mutants) mutant.words = mutant.words.flatMap((word) => [word, ...callers(word)]);
  return [...numbered(mutants)];
}
