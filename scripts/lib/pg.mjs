import pg from "pg";

/** A connected client that gives every value as PostgreSQL prints it, and shows warnings. */
export async function connect(url) {
  const client = new pg.Client({
    connectionString: url,
    application_name: "casefile scripts",
    connectionTimeoutMillis: 10_000,
    types: { getTypeParser: () => (value) => value },
  });
  client.on("notice", (notice) => {
    if (notice.severity === "WARNING") console.error(`warning: ${notice.message}`);
  });
  await client.connect();
  return client;
}

/** What psql would say of an error, with the line of `text` that it points to. */
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
