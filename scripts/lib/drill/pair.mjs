// A primary and its synchronous standby on this machine, with only PostgreSQL's own streaming replication.
import { join } from "node:path";
import { Access } from "./access.mjs";
import { Cluster } from "./cluster.mjs";
import { asServer, pristine, writeAsServer } from "./pristine.mjs";
import { freePort } from "./program.mjs";
import { until } from "./time.mjs";

export class Pair extends Access {
  /** Both begin as copies of a stopped cluster. */
  static async open(setting) {
    const pair = new Pair(setting.passwords);
    pair.primary = await pair.#copy(setting, "primary", "synchronous_standby_names = '*'\n");
    await pair.primary.start();
    const login = `user=postgres password=${setting.passwords.get("postgres")}`;
    const connection = `host=127.0.0.1 port=${pair.primary.port} ${login}`;
    pair.standby = await pair.#copy(setting, "standby", `primary_conninfo = '${connection}'\n`);
    await pair.standby.start();
    await until("the standby is synchronous", () => pair.#isSynchronous());
    return pair;
  }

  async #copy(setting, name, settings) {
    const data = join(setting.state, "postgres", name);
    asServer(setting, ["cp", "-a", pristine(setting), data]);
    writeAsServer(setting, join(data, "postgresql.auto.conf"), settings);
    if (name === "standby") writeAsServer(setting, join(data, "standby.signal"), "");
    return new Cluster({ ...setting, data, port: await freePort() });
  }

  async #isSynchronous() {
    const [{ count }] = await this.query(
      "postgres",
      "select count(*)::integer as count from pg_stat_replication where state = 'streaming' and sync_state = 'sync'",
    );
    return count === 1;
  }

  get address() {
    return this.primary.address;
  }

  get addresses() {
    return `${this.primary.address},${this.standby.address}`;
  }

  get deaths() {
    return [this.primary, this.standby].flatMap(({ deaths }) => deaths);
  }

  /** Promotes the standby, once the primary can send nothing more. */
  async promote() {
    await this.standby.query("postgres", "select pg_promote()");
    [this.primary, this.standby] = [this.standby, this.primary];
  }

  thaw() {}

  async discard() {
    await Promise.all([this.primary.discard(), this.standby.discard()]);
  }
}
