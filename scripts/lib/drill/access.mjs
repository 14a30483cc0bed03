// Access to a drill's PostgreSQL, with the passwords of its logins, at the `address` of a subclass.
import pg from "pg";
import { parse } from "pg-connection-string";

export class Access {
  tls = "sslmode=disable";

  constructor(passwords) {
    this.passwords = passwords;
  }

  urlOf(login, database, address = this.address) {
    return `postgresql://${login}:${this.passwords.get(login)}@${address}/${database}?${this.tls}`;
  }

  async accepts() {
    try {
      const client = await this.connect("postgres");
      await client.end();
      return true;
    } catch {
      return false;
    }
  }

  /** A superuser. */
  async connect(database) {
    const client = new pg.Client({
      ...parse(this.urlOf("postgres", database), { useLibpqCompat: true }),
      application_name: "drill",
      connectionTimeoutMillis: 5000,
    });
    client.on("error", () => {}); // it goes with the server
    await client.connect();
    return client;
  }

  async query(database, text, values) {
    const client = await this.connect(database);
    try {
      return (await client.query(text, values)).rows;
    } finally {
      await client.end();
    }
  }
}
