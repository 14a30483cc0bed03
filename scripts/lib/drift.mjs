// Compares what two databases are made of and names every object that differs.
// Usage: node drift.mjs NAME_A NAME_B, with the URLs in URL_A and URL_B.
// Exit status: 0 alike, 1 different, 2 could not look.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, explain } from "./pg.mjs";

const catalogue = readFileSync(new URL("catalogue.sql", import.meta.url), "utf8");
const [nameA, nameB] = process.argv.slice(2);
const SHOWN = 40;

async function factsOf(url) {
  const client = await connect(url);
  try {
    await client.query("set search_path = ''");
    const { rows } = await client.query(catalogue);
    return new Map(rows.map((row) => [`${row.kind} ${row.object}`, row.definition ?? ""]));
  } finally {
    await client.end();
  }
}

/** The lines that differ, as diff shows them, without its header. */
function difference(before, after) {
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

try {
  const [a, b] = await Promise.all([factsOf(process.env.URL_A), factsOf(process.env.URL_B)]);
  const different = [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key)).sort();
  for (const key of different.slice(0, SHOWN)) {
    if (!b.has(key)) console.log(`only in ${nameA}: ${key}`);
    else if (!a.has(key)) console.log(`only in ${nameB}: ${key}`);
    else {
      console.log(`differs (- ${nameA}, + ${nameB}): ${key}`);
      for (const line of difference(a.get(key), b.get(key))) console.log(`    ${line}`);
    }
  }
  if (different.length > SHOWN) console.log(`... and ${different.length - SHOWN} more`);
  process.exitCode = different.length > 0 ? 1 : 0;
} catch (error) {
  console.error(explain(error, catalogue, "catalogue.sql line"));
  process.exitCode = 2;
}
