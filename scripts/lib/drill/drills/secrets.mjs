// Passwords change under load: on SIGHUP, the server reads the file again.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../time.mjs";

const OTHER = "casefile_api_b";
const CONNECTIONS = "application_name = 'casefile' and datname = current_database()";

/** The password before the file, and the file before the password. */
async function changePassword(stage) {
  const secret = await startWithFile(stage);
  await stage.superuser.query("alter role casefile_api password 'first'");
  secret.write("casefile_api", "first");
  await secret.readAgain("are in use");
  await untilOlderEnd(stage, secret);

  secret.write("casefile_api", "second");
  await secret.readAgain("the one before is kept");
  await stage.superuser.query("alter role casefile_api password 'second'");
  await finish(stage);
}

/** Two logins with the same rights, one of them in use. */
async function changeLogin(stage) {
  await stage.superuser.query(`do $$ begin
    if to_regrole('${OTHER}') is null then create role ${OTHER} login in role casefile_api; end if; end $$`);
  await stage.superuser.query(readFileSync(new URL("../../../../db/roles.sql", import.meta.url), "utf8"));
  const secret = await startWithFile(stage);
  const logins = [OTHER, "casefile_api"];
  for (const [turn, login] of logins.entries()) {
    await stage.superuser.query(`alter role ${login} login password 'of ${login}'`);
    secret.write(login, `of%20${login}`);
    await secret.readAgain("are in use");
    const [former] = logins.filter((other) => other !== login);
    await until("nobody works by the former login", () => isGone(stage, "usename = $1", former), 5000, 50);
    await stage.superuser.query(`alter role ${former} nologin`);
    if (turn === 0) await stage.calm(0.5, 2);
  }
  await finish(stage);
}

async function startWithFile(stage) {
  const secret = new Secret(stage);
  secret.write("casefile_api", stage.cluster.passwords.get("casefile_api"));
  await stage.startServer({ environment: { DATABASE_URL: "", DATABASE_URL_FILE: secret.file } });
  await stage.startLoad();
  return secret;
}

/** Old connections end by themselves. */
async function untilOlderEnd(stage, { readAt }) {
  await until("nobody uses the former secret", () => isGone(stage, "backend_start < $1", readAt), 5000, 50);
  await stage.calm(0.5, 2);
}

async function isGone(stage, condition, value) {
  const { rows } = await stage.superuser.query(
    `select from pg_stat_activity where ${CONNECTIONS} and ${condition}`,
    [value],
  );
  return rows.length === 0;
}

async function finish(stage) {
  await stage.watchRecovery();
  await stage.stopLoad();
}

/** The next drill begins with the password from scripts/lib/cluster.sh. */
const putBack = (run) => async (stage) => {
  const password = stage.cluster.passwords.get("casefile_api");
  try {
    await run(stage);
  } finally {
    await stage.superuser.query(`alter role casefile_api login password '${password}'`);
  }
};

class Secret {
  constructor(stage) {
    this.stage = stage;
    this.file = join(stage.setting.state, `${stage.drill.name}.secret`);
  }

  write(login, password) {
    const { cluster, database } = this.stage;
    const url = `postgresql://${login}:${password}@127.0.0.1:${cluster.port}/${database}?sslmode=disable`;
    writeFileSync(this.file, `${url}\n`);
  }

  /** Waits for the result in the log. */
  async readAgain(says) {
    const { program } = this.stage.server;
    const times = () => readFileSync(program.log, "utf8").split(says).length;
    const before = times();
    this.readAt = (await this.stage.superuser.query("select clock_timestamp() as at")).rows[0].at;
    process.kill(program.id, "SIGHUP");
    await until(`the log says: ${says}`, () => times() > before, 5000, 10);
  }
}

export default [
  { name: "password", title: "another password, and SIGHUP", undisturbed: true, run: putBack(changePassword) },
  { name: "two-logins", title: "two logins in turn, and SIGHUP", undisturbed: true, run: putBack(changeLogin) },
];
