// Prints a migration that carries the given sources from their text at BASE to their present text.
// Usage: node function-migration.mjs BASE FILE... (paths from the top of the repository, which is the
// working directory)
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { describe } from "./sql-source.mjs";

const [base, ...files] = process.argv.slice(2);
const ORDER = ["functions/core/", "functions/audit/", "functions/auth/", "functions/worker/", "functions/api/", "policies/"];

function rank(file) {
  const index = ORDER.findIndex((part) => file.startsWith(`db/${part}`));
  if (index < 0 || !file.endsWith(".sql")) throw new Error(`${file} is no source under db/functions or db/policies`);
  return index;
}

function textAtBase(file) {
  try {
    return execFileSync("git", ["show", `${base}:${file}`], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
}

const textNow = (file) => (existsSync(file) ? readFileSync(file, "utf8") : "");

const not = (list) => (item) => !list.includes(item);

/** What must go before `to` can be run over what `from` left behind; `to` may be empty. */
function clear(from, to) {
  // "create or replace" changes neither a result nor an argument's name, and takes no default away.
  const replaces = (one) => (other) => other.identity === one.identity && other.defaults >= one.defaults;
  const dropped = from.functions.filter((one) => !to.functions.some(replaces(one)));
  const statements = [
    ...from.triggers.filter((one) => dropped.length > 0 || !to.triggers.includes(one)).map((one) => `drop trigger if exists ${one};`),
    ...from.policies.filter(not(to.policies)).map((one) => `drop policy if exists ${one};`),
    ...dropped.map((one) => `drop function ${one.signature};`),
  ];
  const gone = from.grants.filter((one) => !to.grants.some((other) => other.text === one.text));
  const droppedSignatures = dropped.map((one) => one.signature);
  for (const grant of gone.filter((one) => !droppedSignatures.includes(one.on))) {
    statements.push(`revoke all on ${grant.kind} ${grant.on} from ${grant.to};`);
  }
  return [...new Set(statements)];
}

async function change(file, fromText, toText) {
  const from = await describe(fromText, `${file} at HEAD`);
  const to = await describe(toText, file);
  return [`-- ${file}`, ...clear(from, to), toText.trim()].filter((part) => part !== "").join("\n");
}

try {
  files.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const up = [];
  const down = [];
  for (const file of files) {
    const [before, now] = [textAtBase(file), textNow(file)];
    if (before === "" && now === "") throw new Error(`${file} exists neither at HEAD nor here`);
    up.push(await change(file, before, now));
    down.unshift(await change(file, now, before));
  }
  // Bodies may name functions that come later.
  const bodies = "set local check_function_bodies = off;";
  console.log(["-- migrate:up", bodies, ...up, "-- migrate:down", bodies, ...down].join("\n\n"));
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
}
