// pg_dump and pg_restore.
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { Complaint } from "../migrate/reach.mjs";

/** The folder of PostgreSQL's programs. Debian's pg_dump in the PATH picks the newest version. */
const place = (name) => (process.env.PG_BIN ? join(process.env.PG_BIN, name) : name);

/** The major version of a program, which must be at least the given one. */
export function requireProgram(name, oldest, ofWhat) {
  const { error, stdout } = spawnSync(place(name), ["--version"], { encoding: "utf8" });
  if (error) {
    throw new Complaint(
      `${name} cannot be run (${error.code}).`,
      "sudo apt-get install postgresql-client, or set PG_BIN to the folder where PostgreSQL's programs are.",
    );
  }
  const version = /(\d+)(\.\S+)?/.exec(stdout)?.[0] ?? "0";
  if (Number.parseInt(version, 10) < oldest) {
    throw new Complaint(
      `${name} is of version ${version}, and ${ofWhat} of ${oldest}.`,
      `It must be at least as new: sudo apt-get install postgresql-client-${oldest}, or set PG_BIN to the folder of a newer one.`,
    );
  }
  return version;
}

/** Runs it on the database of the URL until it ends. The complaint contains its error. */
export async function runProgram(name, url, options, signal) {
  const { password } = new URL(url);
  const open = new URL(url);
  open.password = ""; // a command line is everybody's to read
  const child = spawn(place(name), [...options, `--dbname=${open.href}`], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PGPASSWORD: decodeURIComponent(password), DATABASE_URL: undefined },
    signal,
    killSignal: "SIGTERM",
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said = `${said}${text}`.slice(-10_000)));
  const status = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  signal.throwIfAborted();
  if (status !== 0) throw new Complaint(`${name} failed:`, ...said.trim().split("\n").slice(-12));
  return said;
}

/** The steps of pg_restore, an entry a line. */
export function listDump(folder) {
  const { status, stdout, stderr } = spawnSync(place("pg_restore"), ["--list", folder], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Complaint("pg_restore cannot read the dump:", ...stderr.trim().split("\n"));
  return stdout.split("\n");
}
