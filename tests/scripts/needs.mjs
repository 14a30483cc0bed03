// Scripts name everything that a machine lacks, at once, before they do anything.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, test } from "node:test";
import { Clone, textOf } from "./support/clone.mjs";

const clone = new Clone();
after(() => clone.stop());

async function refused(script, PATH, ...reasons) {
  const { status, stdout, stderr } = await clone.run(script, [], { PATH });
  assert.equal(status, 1, stderr);
  assert.equal(stdout, "");
  for (const reason of reasons) assert.match(stderr, reason);
  assert.ok(!existsSync(clone.state));
  return stderr;
}

test("a program that is missing", async () => {
  for (const name of ["cargo", "rustc", "cc", "node", "npm", "curl", "flock"]) {
    await refused("dev", clone.path([name]), new RegExp(`\\b${name}\\b.* is missing: `));
  }
});

test("all of them at once", async () => {
  const said = await refused("dev", clone.path(["cargo", "cc", "npm", "curl"]));
  assert.equal(said.match(/ is missing/g).length, 4);
});

test("a program that is too old, or does not work", async () => {
  const [, wanted] = /^rust-version = "(.*)"$/m.exec(textOf("Cargo.toml"));
  const [major, minor] = wanted.split(".").map(Number);
  for (const [name, text, reason] of [
    ["node", "echo v16.20.2", /node 16.20.2 is older than 18/],
    ["rustc", `echo 'rustc ${major}.${minor - 1}.1 (abc 2025-01-01)'`, new RegExp(`rustc ${major}.${minor - 1}.1 is older than ${wanted}`)],
    ["cargo", "echo 'error: rustup could not choose a version of cargo to run' >&2; exit 1", /cargo does not work: error: rustup could/],
    ["cc", "exit 1", /the C compiler \(cc\) cannot make a program/],
  ]) {
    await refused("dev", clone.path([], { [name]: text }), reason);
  }
});

test("the versions that are wanted are new enough", async () => {
  const [, wanted] = /^rust-version = "(.*)"$/m.exec(textOf("Cargo.toml"));
  const path = clone.path(["curl"], { rustc: `echo 'rustc ${wanted}.0 (abc 2025-01-01)'`, cargo: `echo 'cargo ${wanted}.0-nightly'` });
  assert.equal((await refused("dev", path)).match(/ is (missing|older)/g).length, 1);
});

test("every script that needs something says so first", async () => {
  for (const [script, name] of [["db", "node"], ["test", "cc"], ["gen-walk", "cc"], ["gen-openapi", "cc"], ["drill", "cc"], ["migrate", "npm"]]) {
    const { status, stderr } = await clone.run(script, script === "db" ? ["start"] : [], { PATH: clone.path([name]) });
    assert.equal(status, 1, script);
    assert.match(stderr, new RegExp(`\\b${name}\\b.* is missing`));
    assert.ok(!existsSync(clone.state), script);
  }
});

test("README.md names all of it", () => {
  const [, part] = /\nYou need (Linux[^]*?)\n\n/.exec(textOf("README.md"));
  for (const word of ["git", "curl", "C compiler", "1.89", "18 or newer", "npm"]) assert.ok(part.includes(word), word);
  assert.ok(textOf("Cargo.toml").includes('rust-version = "1.89"'));
});
