// Compares the objects of two databases and names every difference.
// Usage: node main.mjs NAME_A NAME_B [--in-use] [--elsewhere], with the URLs in URL_A and URL_B. A is freshly migrated.
// --in-use: accept in B what its users may change, and what a rollback leaves. --elsewhere: B is not on the cluster of a clone.
// Exit status: 0 alike, 1 different, 2 could not look.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { majorOf } from "./facts.mjs";
import { scopeOf, stateOf } from "./state.mjs";
import { BROKEN, differences } from "./verdicts.mjs";
import { connect, explain } from "../pg.mjs";

const [nameA, nameB, ...flags] = process.argv.slice(2);
const inUse = flags.includes("--in-use");
const elsewhere = flags.includes("--elsewhere");
const SHOWN = 40;

/** One snapshot of a database, which shows concurrent changes completely or not at all. */
async function inOneMoment(url, work) {
  const client = await connect(url);
  try {
    await client.query("begin transaction isolation level repeatable read, read only");
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The different lines, in diff's form without its header. */
function changedLines(before, after) {
  const folder = mkdtempSync(join(tmpdir(), "casefile-drift-"));
  try {
    const files = [before, after].map((text, index) => {
      const file = join(folder, String(index));
      writeFileSync(file, `${text}\n`);
      return file;
    });
    execFileSync("diff", ["-U1", ...files], { encoding: "utf8" });
    return [];
  } catch (error) {
    return error.stdout.split("\n").slice(3).filter((line) => line !== "" && !line.startsWith("\\"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function show({ verdict, key, expected, actual, note }) {
  if (verdict !== BROKEN) {
    console.log(`${verdict}: ${key}: ${note}`);
    return;
  }
  if (actual === undefined) console.log(`only in ${nameA}: ${key}`);
  else if (expected === undefined) console.log(`only in ${nameB}: ${key}`);
  else {
    console.log(`differs (- ${nameA}, + ${nameB}): ${key}`);
    for (const line of changedLines(expected, actual)) console.log(`    ${line}`);
  }
  if (note) console.log(`    ${note}`);
}

try {
  const a = await inOneMoment(process.env.URL_A, async (client) => {
    const scope = await scopeOf(client);
    return { scope, major: await majorOf(client), state: await stateOf(client, scope) };
  });
  const b = await inOneMoment(process.env.URL_B, async (client) => ({
    major: await majorOf(client),
    state: await stateOf(client, a.scope, { elsewhere }),
  }));
  if (a.major !== b.major) console.log(`   ${nameA}: PostgreSQL ${a.major}; ${nameB}: PostgreSQL ${b.major}`);

  const found = differences(a.state, b.state, { inUse });
  const broken = found.filter(({ verdict }) => verdict === BROKEN);
  for (const difference of found.filter(({ verdict }) => verdict !== BROKEN)) show(difference);
  for (const difference of broken.slice(0, SHOWN)) show(difference);
  if (broken.length > SHOWN) console.log(`... and ${broken.length - SHOWN} more`);
  if (broken.length === 0) {
    console.log(`   no ${found.length > 0 ? "other " : ""}difference between ${nameA} and ${nameB}`);
  }
  process.exitCode = broken.length > 0 ? 1 : 0;
} catch (error) {
  if (error.code === "42501") error.hint = "Connect as a superuser, or as a role with BYPASSRLS that may read every table.";
  console.error(explain(error, error.text ?? "", error.file));
  process.exitCode = 2;
}
