// What scripts/drill tells its Node half, by the environment, and what was asked for on the command line.
import { join } from "node:path";
import { Cluster, readPasswords } from "./cluster.mjs";
import { Program } from "./program.mjs";

const { DRILL_CASEFILE, DRILL_STATE, DRILL_PGBIN, DRILL_PGDATA, DRILL_AS_SERVER, DRILL_PORT, DRILL_TEMPLATE } =
  process.env;

/** `quick` shortens the times, and `keys` says that the server knows Idempotency-Key. */
export function makeSetting({ quick, keys }) {
  const passwords = readPasswords(join(DRILL_STATE, "passwords"));
  const prefix = (DRILL_AS_SERVER ?? "").split("\n").filter(Boolean);
  return {
    quick,
    keys,
    state: DRILL_STATE,
    casefile: DRILL_CASEFILE,
    template: DRILL_TEMPLATE,
    prefix,
    passwords,
    bin: DRILL_PGBIN,
    data: DRILL_PGDATA,
    cluster: new Cluster({
      bin: DRILL_PGBIN,
      data: DRILL_PGDATA,
      log: join(DRILL_STATE, "postgres", "log"),
      port: Number(DRILL_PORT),
      prefix,
      passwords,
    }),
  };
}

/** A `casefile serve` or `casefile worker`. */
export function casefile(setting, command, name, environment, prefix) {
  return new Program({
    name: `the ${name}`,
    command: [setting.casefile, command],
    prefix,
    environment: { APP_ENV: "TEST", DOCUMENT_STORE_URL: `file://${setting.state}/documents`, ...environment },
    log: join(setting.state, `${name}.log`),
  });
}
