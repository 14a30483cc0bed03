// When scripts/dev ends, it ends what it started, and nothing else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Clone, placeOf, until } from "./support/clone.mjs";

const clone = new Clone();
const cargo = (build) => `case $1 in build) ${build} ;; *) exec ${placeOf("cargo")} "$@" ;; esac`;
before(() => clone.output("db", "start"));
after(() => clone.stop());

test("a start without npm leaves the database that runs", async () => {
  const { status } = await clone.run("dev", [], { PATH: clone.path(["npm"]) });
  assert.notEqual(status, 0);
  assert.ok(await clone.isRunning());
});

test("a start that cannot build leaves the database that runs", async () => {
  const { status, stdout } = await clone.run("dev", [], { PATH: clone.path([], { cargo: cargo("exit 7") }) });
  assert.notEqual(status, 0);
  assert.match(stdout, /== build/);
  assert.ok(await clone.isRunning());
});

test("a start that cannot build stops the database that it started", async () => {
  await clone.output("db", "stop");
  const { status } = await clone.run("dev", [], { PATH: clone.path([], { cargo: cargo("exit 7") }) });
  assert.notEqual(status, 0);
  assert.ok(!(await clone.isRunning()));
});

test("after kill -9 the next one ends the database that the first began", async () => {
  const PATH = clone.path([], { cargo: cargo("exec sleep 60") });
  const first = clone.begin("dev", [], { PATH });
  await until("it builds", () => first.said.stdout.includes("== build"));
  first.kill("SIGKILL"); // and not what it has begun
  await clone.run("dev", [], { PATH: clone.path([], { cargo: cargo("exit 7") }) });
  assert.ok(!(await clone.isRunning()));
});

test("a database that somebody started anew after kill -9 is theirs", async () => {
  const PATH = clone.path([], { cargo: cargo("exec sleep 60") });
  const first = clone.begin("dev", [], { PATH });
  await until("it builds", () => first.said.stdout.includes("== build"));
  first.kill("SIGKILL"); // and not what it has begun
  await clone.output("db", "stop");
  await clone.output("db", "start");
  await clone.run("dev", [], { PATH: clone.path([], { cargo: cargo("exit 7") }) });
  assert.ok(await clone.isRunning());
});
