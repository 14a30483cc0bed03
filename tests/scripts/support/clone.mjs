// The scripts of this clone, run as after a fresh clone: with a state folder of its own, on a machine that may lack a
// program or have an old one.
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

export class Clone {
  #begun = [];

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "casefile-scripts-"));
    this.state = join(this.folder, "state");
  }

  /** A command that is waited for with `ended`. Nobody is at its keyboard. */
  begin(script, words = [], environment = {}) {
    return this.beginProgram(join(ROOT, "scripts", script), words, environment);
  }

  /** Another program, that runs a script. */
  beginProgram(program, words, environment) {
    const { PORT, CLAMD_ADDRESS, CASEFILE_DATABASE, ...inherited } = process.env;
    const command = spawn(program, words, {
      detached: true, // its children are in a group with it, and end with the test
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...inherited, CASEFILE_STATE: this.state, CASEFILE_FSYNC: "off", ...environment },
    });
    const said = { status: null, stdout: "", stderr: "" };
    command.stdout.on("data", (text) => (said.stdout += text));
    command.stderr.on("data", (text) => (said.stderr += text));
    command.said = said;
    command.ended = new Promise((resolve) => command.on("close", (status) => resolve({ ...said, status })));
    this.#begun.push(command);
    return command;
  }

  run(script, words = [], environment = {}) {
    return this.begin(script, words, environment).ended;
  }

  /** Of a command that has to succeed. */
  async output(script, ...words) {
    const said = await this.run(script, words);
    if (said.status !== 0) throw new Error(`scripts/${script} ${words.join(" ")}: ${said.stderr}`);
    return said.stdout;
  }

  /** Whether the database does. */
  async isRunning() {
    return (await this.run("db", ["url"])).status === 0;
  }

  /** The PATH of a machine without those programs, but with these in their place: names and texts of scripts. */
  path(without, instead = {}) {
    const folder = mkdtempSync(join(this.folder, "path-"));
    const left = new Set([...without, ...Object.keys(instead)]);
    for (const place of process.env.PATH.split(":")) {
      for (const name of programsIn(place)) {
        if (left.has(name)) continue;
        left.add(name);
        symlinkSync(join(place, name), join(folder, name));
      }
    }
    for (const [name, text] of Object.entries(instead)) {
      writeFileSync(join(folder, name), `#!/bin/bash\n${text}\n`);
      chmodSync(join(folder, name), 0o755);
    }
    return folder;
  }

  write(name, text) {
    const file = join(this.state, name);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  async stop() {
    for (const command of this.#begun) signal(command, "SIGKILL");
    await this.run("db", ["stop"]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** To a command and all that it has begun, as the keyboard sends it. */
export function signal(command, name) {
  try {
    process.kill(-command.pid, name);
  } catch (error) {
    if (error.code !== "ESRCH") throw error; // ended
  }
}

function programsIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return []; // a PATH may name what is not there
  }
}

/** The place of a program in the PATH of this test. */
export function placeOf(name) {
  const place = process.env.PATH.split(":").find((folder) => programsIn(folder).includes(name));
  return join(place, name);
}

/** Waits until it is so, for a machine that is busy. */
export async function until(what, isSo) {
  for (let tries = 0; tries < 600; tries++) {
    if (await isSo()) return;
    await setTimeout(100);
  }
  throw new Error(`Not within a minute: ${what}`);
}

export const textOf = (name) => readFileSync(join(ROOT, name), "utf8");
