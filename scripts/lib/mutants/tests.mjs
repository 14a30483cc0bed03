// Runs the pgTAP tests on a mutant: each file in the transaction that broke the database, and then rolls back.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const PSQL = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-P", "pager=off"];
const APPLIED = "-- mutant applied";
const SLOW = 5000; // milliseconds

export class Tests {
  #folder;
  #files;
  /** The tests that pass without a break, and their milliseconds. */
  #green = new Map();

  constructor(folder) {
    this.#folder = folder;
    const paths = readdirSync(folder, { recursive: true }).filter((path) => path.endsWith(".sql")).sort();
    this.#files = new Map(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
  }

  /**
   * The files that should see a mutant, the likeliest first: its own, those that name its object or a caller of it, and those about the
   * whole database; slow ones last. Tests of the catalogue prove nothing about behaviour, but do count for grants.
   */
  #for({ kind, own, words }) {
    const rank = (path, text) => {
      if (own.includes(path)) return own.indexOf(path);
      const word = words.findIndex((one) => text.includes(one) || path === `functions/${one.replace(".", "/")}.sql`);
      if (word >= 0) return own.length + word;
      return path.includes("/") ? undefined : Infinity;
    };
    return [...this.#files]
      .filter(([path]) => kind === "grant" || path !== "catalog.sql")
      .map(([path, text]) => ({ path, rank: rank(path, text), time: this.#green.get(path) ?? 0 }))
      .filter((file) => file.rank !== undefined)
      .sort((a, b) => Number(a.time > SLOW) - Number(b.time > SLOW) || (a.rank < b.rank ? -1 : Number(a.rank > b.rank)) || a.time - b.time)
      .map(({ path }) => path);
  }

  /** The file that sees the mutant, and its first failure; undefined if none does. */
  async killerOf(mutant, url, ownOnly) {
    const paths = this.#for(mutant).filter((path) => !ownOnly || mutant.own.includes(path));
    for (const path of paths) {
      await this.#provesGreen(path, url);
      const problem = await this.#run(path, mutant.sql, url);
      if (problem !== undefined) return { path, problem };
    }
    return undefined;
  }

  async #provesGreen(path, url) {
    if (this.#green.has(path)) return;
    const began = Date.now();
    const problem = await this.#run(path, "select", url);
    if (problem !== undefined) throw new Error(`tests/db/${path} fails with nothing broken: ${problem}`);
    this.#green.set(path, Date.now() - began);
  }

  #run(path, sql, url) {
    // An endless function counts as seen.
    const commands = ["begin", "set local client_min_messages = error", "set local statement_timeout = '5min'", sql].flatMap((one) => ["-c", one]);
    const psql = spawn("psql", [...PSQL, "-d", url, ...commands, "-c", `\\echo ${APPLIED}`, "-f", path], { cwd: this.#folder, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let errors = "";
    let problem;
    psql.stderr.on("data", (data) => (errors += data));
    psql.stdout.on("data", (data) => {
      output += data;
      problem ??= /^not ok .*(?=\n)/m.exec(output)?.[0];
      if (problem) psql.kill();
    });
    return new Promise((resolve, reject) => {
      psql.on("error", reject);
      psql.on("close", (status) => {
        if (!output.includes(APPLIED)) return reject(new Error(`it cannot be broken in this way: ${sql}\n${errors}`));
        if (problem ?? status === 0) return resolve(problem);
        resolve(/ERROR: .*/.exec(errors)?.[0] ?? errors);
      });
    });
  }
}
