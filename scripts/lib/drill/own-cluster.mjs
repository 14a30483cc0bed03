// A cluster to lose for good: a copy of the pristine one that archives its log. It is replaced by a new one, or recovered.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Cluster } from "./cluster.mjs";
import { asServer, pristine, writeAsServer } from "./pristine.mjs";
import { freePort } from "./program.mjs";
import { until } from "./time.mjs";

export class OwnCluster extends Cluster {
  static async open(setting) {
    const place = join(setting.state, "postgres", "own");
    const data = join(place, "data");
    asServer(setting, ["rm", "-rf", place]);
    asServer(setting, ["mkdir", "-p", join(place, "archive")]);
    asServer(setting, ["cp", "-a", pristine(setting), data]);
    const { bin, passwords, prefix, log } = setting;
    const cluster = new OwnCluster({ bin, passwords, prefix, log, data, port: await freePort() });
    Object.assign(cluster, { setting, place, data });
    cluster.configure(`archive_mode = on\narchive_command = 'cp %p ${place}/archive/%f'\n`);
    await cluster.start();
    return cluster;
  }

  configure(settings) {
    writeAsServer(this.setting, join(this.data, "postgresql.auto.conf"), settings);
  }

  /** After a total loss: only the port is left. */
  async replaceByNew() {
    const { setting, data, place } = this;
    asServer(setting, ["rm", "-rf", data]);
    writeAsServer(setting, join(place, "password"), this.passwords.get("postgres"));
    const options = ["--username=postgres", `--pwfile=${join(place, "password")}`, "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync"];
    asServer(setting, [join(setting.bin, "initdb"), `--pgdata=${data}`, "--locale=C", ...options]);
    this.configure("listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 200\ntimezone = 'UTC'\n");
    await this.start();
  }

  /** Like pg_basebackup, which some builds of the server lack. */
  async takeBase() {
    const { setting, data, place } = this;
    const client = await this.connect("postgres");
    const { rows } = await client.query("select current_setting('server_version_num')::integer >= 150000 as is_new");
    const [begin, end] = rows[0].is_new
      ? ["pg_backup_start('drill', true)", "pg_backup_stop(false)"]
      : ["pg_start_backup('drill', true, false)", "pg_stop_backup(false)"];
    await client.query(`select ${begin}`);
    asServer(setting, ["sh", "-c", 'cp -a "$1" "$2" 2>/dev/null; rm -rf "$2/pg_wal" "$2/postmaster.pid" && mkdir -m 700 "$2/pg_wal"', "sh", data, join(place, "base")]);
    const { rows: stopped } = await client.query(`select labelfile from ${end}`);
    writeAsServer(setting, join(place, "base", "backup_label"), stopped[0].labelfile);
    await client.end();
  }

  /** Waits until all earlier writes are in the archive. */
  async archived(client) {
    const { rows } = await client.query("select pg_walfile_name(pg_switch_wal()) as file");
    await until("the log is archived", () => existsSync(join(this.place, "archive", rows[0].file)), 20_000, 50);
  }

  /** From the base backup and the archive, on the same port. */
  async recoverTo(moment) {
    const { setting, data, place } = this;
    asServer(setting, ["rm", "-rf", data]);
    asServer(setting, ["cp", "-a", join(place, "base"), data]);
    this.configure(
      `restore_command = 'cp ${place}/archive/%f %p'\nrecovery_target_time = '${moment}'\nrecovery_target_action = promote\n`,
    );
    writeAsServer(setting, join(data, "recovery.signal"), "");
    await this.start(60_000);
    await until("the recovery has ended", async () => {
      const [{ ended }] = await this.query("postgres", "select not pg_is_in_recovery() as ended");
      return ended;
    }, 60_000, 50);
  }
}
