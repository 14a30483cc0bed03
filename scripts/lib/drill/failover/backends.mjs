// The number of the servers' backends in PostgreSQL, measured all the time.
import { sleep } from "../time.mjs";

const BEAT = 250;

export class Backends {
  counts = [];

  /** `client` is a superuser's connection to the primary. */
  constructor(client) {
    this.work = this.#look(client);
  }

  async #look(client) {
    while (!this.stops) {
      const { rows } = await client.query(
        "select count(*)::integer as count from pg_stat_activity where usename = 'casefile_api'",
      );
      this.counts.push(rows[0].count);
      await sleep(BEAT);
    }
  }

  /** Stops measuring. */
  async most() {
    this.stops = true;
    await this.work;
    return Math.max(...this.counts);
  }
}
