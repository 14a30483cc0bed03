// A database of its own for each site: a clone of the migrated template, with the users of the demonstration.
import { readFileSync } from "node:fs";
import { connect } from "../../../scripts/lib/pg.mjs";

const DIRECTORY = new URL("../../../scripts/demo-directory.sql", import.meta.url);
const { CASEFILE_TEST_URL: TEMPLATE, CASEFILE_TEST_API_URL: API } = process.env;

export class Database {
  /** `url` is a superuser's, `apiUrl` the server's. */
  constructor(url, apiUrl) {
    Object.assign(this, { url, apiUrl });
  }

  static async clone() {
    const name = `casefile_browser_${process.pid}_${(cloned += 1)}`;
    const administrator = new Database(named(TEMPLATE, "postgres"));
    await administrator.query(`create database ${name} template ${new URL(TEMPLATE).pathname.slice(1)}`);
    await administrator.query(`grant connect on database ${name} to casefile_api`);
    return new Database(named(TEMPLATE, name), named(API, name));
  }

  /** Each statement on a connection of its own. */
  async query(text, values) {
    const client = await connect(this.url);
    try {
      return (await client.query(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  async addUsers(issuer) {
    await this.query(`set demonstration.issuer = '${issuer}'; ${readFileSync(DIRECTORY, "utf8")}`);
  }

  disable(userId) {
    return this.query("select auth.change_user($1, null, null, null, false)", [userId]);
  }
}

let cloned = 0;

function named(url, name) {
  const changed = new URL(url);
  changed.pathname = name;
  return changed.href;
}
