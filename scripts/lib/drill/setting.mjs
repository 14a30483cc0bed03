// The settings that scripts/drill passes to Node in the environment.
import { join } from "node:path";
import { Cluster, readPasswords } from "./cluster.mjs";

const { DRILL_CASEFILE, DRILL_STATE, DRILL_PGBIN, DRILL_PGDATA, DRILL_AS_SERVER, DRILL_PORT, DRILL_TEMPLATE } =
  process.env;

/** `quick` shortens the times. */
export function makeSetting(quick) {
  const passwords = readPasswords(join(DRILL_STATE, "passwords"));
  const log = join(DRILL_STATE, "postgres", "log");
  const prefix = (DRILL_AS_SERVER ?? "").split("\n").filter(Boolean);
  const postgres = { bin: DRILL_PGBIN, data: DRILL_PGDATA, log, prefix, passwords };
  return {
    quick,
    state: DRILL_STATE,
    casefile: DRILL_CASEFILE,
    template: DRILL_TEMPLATE,
    ...postgres,
    cluster: new Cluster({ ...postgres, port: Number(DRILL_PORT) }),
  };
}
