// When scripts/dev ends, it ends what it started, and nothing else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { freePort } from "../../scripts/lib/drill/program.mjs";
import { Clone, placeOf, signal, until } from "./support/clone.mjs";

const clone = new Clone();
let PORT;
before(async () => {
  PORT = String(await freePort());
  await clone.output("db", "start");
});
after(() => clone.stop());

/** scripts/dev, with that in place of its build. */
function begin(build) {
  const cargo = `case $1 in build) ${build} ;; *) exec ${placeOf("cargo")} "$@" ;; esac`;
  return clone.begin("dev", [], { PORT, PATH: clone.path([], { cargo }) });
}

async function building() {
  const dev = begin("exec sleep 60");
  await until("it builds", () => dev.said.stdout.includes("== build"));
  return dev;
}

const unableToBuild = () => begin("exit 7").ended;

test("a start without npm leaves the database that runs", async () => {
  const { status } = await clone.run("dev", [], { PORT, PATH: clone.path(["npm"]) });
  assert.notEqual(status, 0);
  assert.ok(await clone.isRunning());
});

test("a start that cannot build leaves the database that runs", async () => {
  const { status, stdout } = await unableToBuild();
  assert.notEqual(status, 0);
  assert.match(stdout, /== build/);
  assert.ok(await clone.isRunning());
});

test("a start that cannot build stops the database that it started", async () => {
  await clone.output("db", "stop");
  const { status } = await unableToBuild();
  assert.notEqual(status, 0);
  assert.ok(!(await clone.isRunning()));
});

test("Ctrl-C stops the database also if the reader of the output has ended first", async () => {
  const dev = await building();
  dev.stdout.destroy();
  dev.stderr.destroy();
  signal(dev, "SIGINT");
  assert.equal((await dev.ended).status, 130);
  assert.ok(!(await clone.isRunning()));
});

test("after kill -9 the next one ends the database that the first began", async () => {
  const first = await building();
  first.kill("SIGKILL"); // and not what it has begun
  await unableToBuild();
  assert.ok(!(await clone.isRunning()));
});

test("a database that was started by hand after kill -9 is left alone", async () => {
  const first = await building();
  first.kill("SIGKILL"); // and not what it has begun
  await clone.output("db", "stop");
  await clone.output("db", "start");
  await unableToBuild();
  assert.ok(await clone.isRunning());
});
