// The facts of a freshly migrated database, one line each: name, tab, and the definition if it is short, otherwise its SHA-256. Enum
// values are in full, because one more is no fault.
// Usage: DATABASE_URL=... node print-facts.mjs
import { createHash } from "node:crypto";
import { factsOf, prepare, rolesOf } from "./facts.mjs";
import { connect } from "../pg.mjs";

const SHORT = 60;

function told(name, definition) {
  if (name.startsWith("values of type ")) return definition.replaceAll("\n", "\\n");
  if (definition.length <= SHORT && !/[\n\t]/.test(definition)) return definition;
  return createHash("sha256").update(definition).digest("hex");
}

const client = await connect(process.env.DATABASE_URL);
await prepare(client);
const facts = [...(await factsOf(client, await rolesOf(client), false))].map(([name, definition]) => `${name}\t${told(name, definition)}`);
await client.end();
console.log(facts.sort().join("\n"));
