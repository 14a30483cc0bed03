import pg from "pg";
import { parse } from "pg-connection-string";

/** A connected client that gives every value as PostgreSQL prints it, and shows warnings. */
export async function connect(url, patience = 10_000) {
  const client = new pg.Client({
    // sslmode has libpq's meaning: "require" encrypts, "verify-full" checks the name.
    ...parse(url, { useLibpqCompat: true }),
    application_name: "casefile scripts",
    connectionTimeoutMillis: patience,
    types: { getTypeParser: () => (value) => value },
  });
  client.on("notice", (notice) => {
    if (notice.severity === "WARNING") console.error(`warning: ${notice.message}`);
  });
  await client.connect();
  return client;
}

/** An error in psql's form, with the line of `text` that it points to. */
export function explain(error, text, name = "line") {
  const lines = [`error: ${error.message || error.code} ${error.severity ? `(${error.code})` : ""}`.trim()];
  if (error.position) {
    const before = text.slice(0, Number(error.position) - 1);
    const number = before.split("\n").length;
    lines.push(`  ${name} ${number}: ${text.split("\n")[number - 1].trim()}`);
  }
  if (error.detail) lines.push(`  detail: ${error.detail}`);
  if (error.hint) lines.push(`  hint: ${error.hint}`);
  if (error.where) lines.push(`  where: ${error.where.split("\n")[0]}`);
  return lines.join("\n");
}
