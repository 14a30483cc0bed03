// The arguments of the scripts, and their last messages.
import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { Clone, ROOT, placeOf } from "./support/clone.mjs";

const clone = new Clone();
after(() => clone.stop());

const scripts = readdirSync(join(ROOT, "scripts")).filter((name) => {
  const { mode } = statSync(join(ROOT, "scripts", name));
  return (mode & 0o170111) === 0o100111; // a file that may be run
});

test("every script has a help text, even on an empty machine", async () => {
  assert.ok(scripts.length >= 12);
  const PATH = clone.path(["cargo", "cc", "node", "npm", "curl"]);
  await Promise.all(
    scripts.flatMap((script) =>
      ["--help", "-h", "help"].map(async (word) => {
        const { status, stdout, stderr } = await clone.run(script, [word], { PATH });
        assert.deepEqual([status, stderr], [0, ""], `${script} ${word}`);
        assert.match(stdout, new RegExp(`^Usage: .*scripts/${script}\\b`));
      }),
    ),
  );
  assert.match((await clone.run("db", ["start", "--help"], { PATH })).stdout, /^Usage: /);
  assert.ok(!existsSync(clone.state));
});

test("an unknown argument is an error, and nothing is created", async () => {
  await Promise.all(
    scripts.map(async (script) => {
      const { status, stdout, stderr } = await clone.run(script, ["--no-such-word"]);
      assert.deepEqual([status, stdout], [2, ""], script);
      assert.match(stderr, /^Usage: /);
    }),
  );
  assert.ok(!existsSync(clone.state));
});

test("scripts/test counts its steps, and not those that it leaves out", async () => {
  const cargo = `[[ $1 != fmt ]] || exit 7; exec ${placeOf("cargo")} "$@"`;
  for (const [words, PATH, status, said] of [
    [["fmt", "lint"], process.env.PATH, 0, "2 passed, 0 failed"],
    [["fmt", "lint"], clone.path([], { cargo }), 1, "1 passed, 1 failed"],
    [["deny"], clone.path(["cargo-deny"]), 0, existsSync(join(ROOT, "target/cargo-deny")) ? "1 passed, 0 failed" : "0 passed, 0 failed"],
  ]) {
    const answer = await clone.run("test", words, { PATH });
    assert.equal(answer.status, status, answer.stderr);
    assert.equal(answer.stdout.trimEnd().split("\n").at(-1), said);
  }
});

test("scripts/db psql passes its arguments on", async () => {
  await clone.output("db", "start");
  const as = (...words) => clone.output("db", "psql", ...words, "-Atc", "select current_user || ' a b'");
  assert.equal(await as(), "postgres a b\n");
  assert.equal(await as("casefile_migrator"), "casefile_owner a b\n");
  assert.match(await clone.output("db", "psql", "--help"), /^psql is the PostgreSQL interactive terminal/);
  const { status, stderr } = await clone.run("db", ["psql", "nobody", "-c", "select 1"]);
  assert.equal(status, 1);
  assert.match(stderr, /No login called nobody/);
});
