// The commands of `casefile` that check or repair a database.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
/** They exit with 1 if they find something. */
const LOOK = ["fsck", "audit"];

/** Its output, run as `login`. */
export async function casefile(stage, words, variable, login, { database = stage.database, environment = {} } = {}) {
  const { stdout } = await run(stage.setting.casefile, words, {
    env: {
      APP_ENV: "TEST",
      DOCUMENT_STORE_URL: `file://${stage.documents}`,
      [variable]: stage.cluster.urlOf(login, database),
      ...environment,
    },
    maxBuffer: 16 * 1024 * 1024,
  }).catch((error) => {
    if (error.code === 1 && LOOK.includes(words[0])) return error;
    throw new Error(`casefile ${words.join(" ")}: ${error.stderr}`);
  });
  return stdout;
}

/** The findings with --json, and the counts at the end. */
export function readFindings(said) {
  const found = said.trim().split("\n").map((line) => JSON.parse(line));
  const end = found.pop();
  return { found, end };
}
