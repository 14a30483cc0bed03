// A cluster of its own, as in production: with TLS, migrated over it, and marked PROD.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connect } from "../../../scripts/lib/pg.mjs";
import { Database } from "./database.mjs";

const run = promisify(execFile);
const script = (name) => fileURLToPath(new URL(`../../../scripts/${name}`, import.meta.url));

export class Cluster {
  constructor(folder) {
    this.certificates = `${folder}/certificates`;
    this.environment = {
      ...process.env,
      CASEFILE_STATE: `${folder}/cluster`,
      CASEFILE_TLS: `${this.certificates}/server`,
      CASEFILE_FSYNC: "off",
    };
  }

  async start() {
    await run(script("lib/certificates.sh"), [this.certificates]);
    await this.db("start");
    const migrator = await this.urlOf("casefile_migrator");
    await run(script("migrate"), [], { env: { ...process.env, DATABASE_URL: migrator } });
    const client = await connect(migrator);
    await client.query("select auth.mark_database('PROD')").finally(() => client.end());
    this.database = new Database(await this.urlOf("postgres"), await this.urlOf("casefile_api"));
  }

  async urlOf(login) {
    const url = (await this.db("url", login)).trim();
    return url.replace("sslmode=disable", `sslmode=verify-full&sslrootcert=${this.certificates}/ca.crt`);
  }

  async db(...words) {
    return (await run(script("db"), words, { env: this.environment })).stdout;
  }

  stop() {
    return this.db("stop");
  }
}
