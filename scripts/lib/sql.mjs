// Runs SQL from the argument or from standard input at once, where psql may be missing.
import { readFileSync } from "node:fs";
import { connect, explain } from "./pg.mjs";

const text = process.argv[2] ?? readFileSync(0, "utf8");
let client;
try {
  client = await connect(process.env.DATABASE_URL);
  const answers = [await client.query({ text, rowMode: "array" })].flat();
  for (const row of answers.flatMap((answer) => answer.rows)) {
    console.log(row.map((value) => value ?? "").join("\t"));
  }
} catch (error) {
  console.error(explain(error, text));
  process.exitCode = 1;
} finally {
  await client?.end();
}
