// Does the comparison name every change to a database or its roles?
// Usage: node tamper.mjs, with the URL of a migrated database in URL_A and of a copy of it in URL_B, as superuser. The
// cluster must be a throw-away one. Prints what fails, and last "N passed, M failed". Exit status: 0 if all passed.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { majorOf } from "./facts.mjs";
import { scopeOf, stateOf } from "./state.mjs";
import { TAMPERS } from "./tampers.mjs";
import { BROKEN, differences } from "./verdicts.mjs";
import { connect, explain } from "../pg.mjs";

const { URL_A, URL_B } = process.env;
const database = pg.escapeIdentifier(decodeURIComponent(new URL(URL_B).pathname.slice(1)));
let passed = 0;
let failed = 0;

function check(title, problem) {
  if (problem === undefined) {
    passed += 1;
    return;
  }
  failed += 1;
  console.log(`FAILED: ${title}\n    ${problem.replaceAll("\n", "\n    ")}`);
}

const named = (keys) => (keys.length > 0 ? keys.join("; ") : "nothing");

function unlike(what, expected, keys) {
  const [wanted, got] = [named([...expected].sort()), named(keys)];
  return wanted === got ? [] : [`${what} should be: ${wanted}`, `${what} is:        ${got}`];
}

async function runTamper(client, scope, expected, { sql, named, accepted = [] }) {
  await client.query("begin");
  try {
    await client.query(sql.replaceAll("$database", database));
    const found = differences(expected, await stateOf(client, scope), { inUse: true });
    const keysOf = (broken) => found.filter(({ verdict }) => (verdict === BROKEN) === broken).map(({ key }) => key);
    const problems = [...unlike("broken", named, keysOf(true)), ...unlike("accepted", accepted, keysOf(false))];
    return problems.length > 0 ? problems.join("\n") : undefined;
  } catch (error) {
    return explain(error, error.text ?? sql);
  } finally {
    await client.query("rollback");
  }
}

/** The command's findings about the copy: undefined if as expected. */
function runCommand(status, name) {
  const command = fileURLToPath(new URL("main.mjs", import.meta.url));
  const answer = spawnSync(process.execPath, [command, "the template", "the copy", "--in-use"], { encoding: "utf8" });
  if (answer.status === status && answer.stdout.includes(name)) return undefined;
  return `should exit with ${status} and say "${name}", exits with ${answer.status} and says:\n${answer.stdout}${answer.stderr}`;
}

const client = await connect(URL_B);
try {
  const major = await majorOf(client);
  await client.query("set client_min_messages = error");

  const scope = await scopeOf(client);
  const expected = await stateOf(client, scope);
  for (const tamper of TAMPERS.filter(({ since = 0, until = major }) => since <= major && major <= until)) {
    const named = tamper.isRead && major < 14 ? [...tamper.named, "what is not read by casefile_backup"] : tamper.named;
    check(tamper.sql.trim(), await runTamper(client, scope, expected, { ...tamper, named }));
  }
  check("all taken back", await runTamper(client, scope, expected, { sql: "", named: [] }));

  // The command itself. Both share the roles of the cluster.
  await client.query("alter table core.cases set (autovacuum_enabled = off)");
  check("the command, a changed table", runCommand(1, "differs (- the template, + the copy): table core.cases"));
  await client.query("alter table core.cases reset (autovacuum_enabled)");
  check("the command, an untouched database", runCommand(0, "no difference between the template and the copy"));
} catch (error) {
  check("the tampers", explain(error, error.text ?? ""));
} finally {
  await client.end();
}
console.log(`   ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
