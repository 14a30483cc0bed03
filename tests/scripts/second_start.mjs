// A second scripts/dev of a clone, and impossible ports.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { freePort } from "../../scripts/lib/drill/program.mjs";
import { Clone, ROOT, placeOf, signal, until } from "./support/clone.mjs";

const clone = new Clone();
let port, first;

before(async () => {
  port = await freePort();
  const cargo = `case $1 in build) exec sleep 60 ;; *) exec ${placeOf("cargo")} "$@" ;; esac`;
  first = clone.begin("dev", [], { PATH: clone.path([], { cargo }), PORT: String(port) });
  await until("it builds", () => first.said.stdout.includes("== build"));
});
after(() => clone.stop());

test("while the first builds, the second does not say that it runs", async () => {
  const { status, stdout, stderr } = await clone.run("dev");
  assert.equal(status, 1);
  assert.equal(stdout, "");
  assert.match(stderr, new RegExp(`not ready yet \\(it is at: build\\), and nothing answers on port ${port}`));
});

test("a second that asks for something else is refused", async () => {
  for (const [words, asked] of [[[], { PORT: "3999" }], [["--oidc"], {}], [[], { CLAMD_ADDRESS: "127.0.0.1:3999" }]]) {
    const { status, stderr } = await clone.run("dev", words, asked);
    assert.equal(status, 1);
    assert.match(stderr, /but (PORT=3999|--oidc|CLAMD_ADDRESS=127.0.0.1:3999) asks for something else/);
  }
});

test("once the first is ready, the second says where", async () => {
  clone.write("dev.step", "ready\n");
  for (const asked of [{}, { PORT: String(port) }]) {
    const { status, stdout } = await clone.run("dev", [], asked);
    assert.equal(status, 0);
    assert.equal(stdout, `This clone is running already: http://127.0.0.1:${port}/docs\n`);
  }
});

test("the second has not disturbed the first", async () => {
  assert.ok(await clone.isRunning());
  signal(first, "SIGINT");
  assert.equal((await first.ended).status, 130);
  assert.ok(!(await clone.isRunning()));
});

test("beside another command it names that command, even after a killed run", async () => {
  clone.write("dev.step", "ready\n");
  clone.write("dev.start", `${port}\nmock\n127.0.0.1:3310\n`);
  const command = `source ${ROOT}/scripts/lib/common.sh && take_clone "scripts/db reset" && echo taken && exec sleep 60`;
  const reset = clone.beginProgram("bash", ["-c", command]);
  await until("it has the lock", () => reset.said.stdout.includes("taken"));
  const { status, stderr } = await clone.run("dev");
  assert.equal(status, 1);
  assert.match(stderr, /scripts\/db reset is running in this clone/);
});

test("an impossible port is refused before anything is created", async () => {
  const empty = new Clone();
  const taken = createServer();
  const stranger = await new Promise((resolve) => taken.listen(0, "127.0.0.1", () => resolve(String(taken.address().port))));
  for (const PORT of ["0", "70000", "65536", "-1", "x", "08", "99999999999999999999", stranger]) {
    const { status, stderr } = await empty.run("dev", [], { PORT });
    assert.equal(status, 1, PORT);
    assert.match(stderr, PORT === stranger ? /port \d+ is taken by another program/ : /is not a port/);
  }
  assert.ok(!existsSync(join(empty.state, "postgres")));
  taken.close();
  await empty.stop();
});
