// scripts/db reset and rollback drop data: they ask first, refuse beside other sessions, and leave nothing.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { freePort } from "../../scripts/lib/drill/program.mjs";
import { connect } from "../../scripts/lib/pg.mjs";
import { Clone, ROOT, placeOf, signal, textOf, until } from "./support/clone.mjs";

const clone = new Clone();
const other = "00000000-0000-4000-8000-000000000000"; // a case of another database, as far as this one knows
let file, of_other;

before(async () => {
  await clone.output("db", "start");
  await clone.output("db", "migrate");
});
after(() => clone.stop());

async function inDatabase(work) {
  const client = await connect((await clone.output("db", "url")).trim());
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Every test begins with the demonstration caseload and a document of it. */
async function fill() {
  await inDatabase(async (client) => {
    await client.query(textOf("scripts/demo.sql"));
    const { rows } = await client.query(
      `insert into core.documents (id, case_id, filename, document_type, uploaded_by)
       select gen_random_uuid(), c.id, 'a.pdf', t.value, 'olivia.officer'
       from (select id from core.cases limit 1) as c, (select value from core.document_types limit 1) as t
       returning id, case_id`,
    );
    file = clone.write(`documents/${rows[0].case_id}/${rows[0].id}`, "of this database");
  });
  of_other = clone.write(`documents/${other}/${other}`, "of another");
}

const cases = () => inDatabase(async (client) => Number((await client.query("select count(*) from core.cases")).rows[0].count));

async function assertAllIsThere() {
  assert.equal(await cases(), 7);
  assert.ok(existsSync(file));
}

/** With somebody at a terminal who types that. */
async function typed(answer, ...words) {
  const command = `printf '%s\\n' ${answer} | script --quiet --return --command '${join(ROOT, "scripts/db")} ${words.join(" ")}' /dev/null`;
  return clone.beginProgram("bash", ["-c", command]).ended;
}

test("commands that drop data", async (t) => {
  await fill();

  for (const word of ["reset", "rollback"]) {
    await t.test(`${word} without anybody to ask is refused`, async () => {
      const { status, stderr } = await clone.run("db", [word]);
      assert.equal(status, 1);
      assert.match(stderr, /cases: 7, documents: 1/);
      assert.match(stderr, new RegExp(`scripts/db ${word} --yes`));
      await assertAllIsThere();
    });

    await t.test(`${word} asks, and takes only yes`, async () => {
      const { status, stdout } = await typed("y", word);
      assert.equal(status, 1);
      assert.match(stdout, /cases: 7, documents: 1[^]*Type yes[^]*Nothing was changed/);
      await assertAllIsThere();
    });
  }

  await t.test("beside scripts/dev neither is done", async () => {
    const cargo = `case $1 in build) exec sleep 60 ;; *) exec ${placeOf("cargo")} "$@" ;; esac`;
    const dev = clone.begin("dev", [], { PORT: String(await freePort()), PATH: clone.path([], { cargo }) });
    await until("it builds", () => dev.said.stdout.includes("== build"));
    for (const word of ["reset", "rollback"]) {
      const { status, stderr } = await clone.run("db", [word, "--yes"]);
      assert.equal(status, 1);
      assert.match(stderr, /scripts\/dev is running in this clone/);
    }
    signal(dev, "SIGINT");
    await dev.ended;
    await assertAllIsThere();
  });

  await t.test("reset beside somebody else's session is refused", async () => {
    const { status, stderr } = await inDatabase(() => clone.run("db", ["reset", "--yes"]));
    assert.equal(status, 1);
    assert.match(stderr, /in use:[^]*casefile scripts, as postgres/);
    await assertAllIsThere();
  });

  await t.test("reset takes the files along, and only those of its own documents", async () => {
    const { status, stdout } = await typed("yes", "reset");
    assert.equal(status, 0, stdout);
    assert.equal(await cases(), 0);
    assert.ok(!existsSync(join(file, "..")));
    assert.ok(existsSync(of_other));
  });

  await t.test("with --yes both are done", async () => {
    await fill();
    for (const word of ["reset", "rollback", "reset"]) await clone.output("db", word, "--yes");
    assert.equal(await cases(), 0);
  });
});
