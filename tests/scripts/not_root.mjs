// Errors name their cause to a user who is not root and may not write, or when npm cannot reach its registry.
import assert from "node:assert/strict";
import { chmodSync, cpSync, mkdirSync, mkdtempSync } from "node:fs";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { execFileSync } from "node:child_process";
import { Clone, ROOT } from "./support/clone.mjs";

const isRoot = process.getuid() === 0;
const clone = new Clone();
chmodSync(clone.folder, 0o755);
// This user may not read root's home, where cargo and rustc are.
const PATH = clone.path(["cargo", "rustc"], { cargo: "echo cargo 99.0.0", rustc: "echo rustc 99.0.0" });
chmodSync(PATH, 0o755);
after(() => clone.stop());

/** A copy of this clone, without what was fetched; and a home. Nobody may write to them. */
function copy() {
  const folder = mkdtempSync(join(clone.folder, "copy-"));
  const skipped = new Set(["node_modules", ".casefile"]);
  for (const name of ["scripts", "db", "Cargo.toml"]) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true, filter: (path) => !skipped.has(basename(path)) });
  }
  mkdirSync(join(folder, "home"));
  execFileSync("chmod", ["-R", "u=rX,go=rX", folder]);
  return folder;
}

const writable = (...folders) => folders.forEach((folder) => chmodSync(folder, 0o777));

function run(folder, words, environment = {}) {
  const user = isRoot ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : ["env"];
  const [program, ...rest] = [...user, join(folder, "scripts", words[0]), ...words.slice(1)];
  const home = join(folder, "home");
  return clone.beginProgram(program, rest, { PATH, HOME: home, CASEFILE_STATE: "", npm_config_fetch_retries: "0", ...environment }).ended;
}

async function refused(answer, ...reasons) {
  const { status, stderr } = await answer;
  assert.equal(status, 1);
  for (const reason of reasons) assert.match(stderr, reason);
  return stderr;
}

test("a clone that is read-only", async () => {
  const folder = copy();
  const said = await refused(run(folder, ["dev"]), /may not write to .*\.casefile, [^]*Permission denied[^]*CASEFILE_STATE/);
  assert.doesNotMatch(said, /belongs to nobody,/);
  await refused(run(folder, ["db", "start"]), /may not write to .*\/scripts, where npm puts the tools/);
  await refused(run(folder, ["test", "lint"]), /may not write to .*\.casefile/);
});

test("a state folder that is read-only", async () => {
  const folder = copy();
  writable(folder);
  mkdirSync(join(folder, ".casefile"), { mode: 0o555 });
  await refused(run(folder, ["dev"]), /may not write to .*\.casefile, [^]*Permission denied/);
});

test("npm that may not write", async () => {
  const folder = copy();
  writable(folder, join(folder, "scripts"));
  const said = await refused(run(folder, ["db", "start"]), /EACCES[^]*may not write to the path above/);
  assert.doesNotMatch(said, /needs its registry/);
});

test("npm that does not reach its registry", async () => {
  const folder = copy();
  writable(folder, join(folder, "scripts"), join(folder, "home"));
  const registry = { npm_config_registry: "http://127.0.0.1:9/" };
  await refused(run(folder, ["db", "start"], registry), /ECONNREFUSED[^]*npm needs its registry, http:\/\/127.0.0.1:9\//);
});
