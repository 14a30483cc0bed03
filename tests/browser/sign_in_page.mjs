// Runs what openapi/sign-in.md says, word by word except for the ports.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Site } from "./support/site.mjs";

const page = readFileSync(new URL("../../openapi/sign-in.md", import.meta.url), "utf8");
const here = "http://127.0.0.1:3001";

const site = new Site();
before(() => site.start());
after(() => site.stop());

test("the commands of a program", async () => {
  const [command] = [...page.matchAll(/```sh\n([^]*?)```/g)].map(([, text]) => text).filter((text) => text.includes("issuer="));
  const changed = command.replace(/^issuer=.*$/m, `issuer=${site.provider.issuer}`).replaceAll(here, site.loopback);
  const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", changed]);
  const { authenticated, user } = JSON.parse(stdout);
  assert.deepEqual([authenticated, user.userId, user.role], [true, "case.robot", "HMCTS_CASE_OFFICER"]);
});

test("the page to begin at, and who signs in there", async () => {
  const [, start] = new RegExp(`<${here}(/api/auth/login\\S*)>`).exec(page);
  const users = [...page.matchAll(/`([a-z]+\.[a-z]+)`(?: serves| is known|: the browser)/g)].map(([, userId]) => userId);
  assert.deepEqual(users, ["olivia.officer", "olga.officer", "nobody.known"]);
  for (const userId of users) {
    const person = await site.person();
    await person.open(start);
    const { status } = await person.enter(userId);
    assert.equal(status, userId === "nobody.known" ? 403 : 200, userId);
  }
});
