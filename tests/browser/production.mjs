// A setup as in production: TLS to the database, secrets in files, no mock login.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Cluster } from "./support/cluster.mjs";
import { Site } from "./support/site.mjs";

const folder = mkdtempSync(join(tmpdir(), "casefile-production-"));
const cluster = new Cluster(folder);
let site;

before(async () => {
  await cluster.start();
  site = new Site({
    APP_ENV: "PROD",
    DATABASE_URL: undefined,
    PROD_DATABASE_URL_FILE: secret("database-url", cluster.database.apiUrl),
    OIDC_CLIENT_SECRET: undefined,
    OIDC_CLIENT_SECRET_FILE: secret("client-secret", "casefile-demonstration"),
  });
  await site.start(cluster.database);
});
after(async () => {
  await site?.stop();
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
});

function secret(name, value) {
  writeFileSync(join(folder, name), `${value}\n`, { mode: 0o600 });
  return join(folder, name);
}

test("a person with a browser reads a case that a program has created", async () => {
  const token = await site.provider.tokenOfRobot();
  const answer = await fetch(`${site.loopback}/api/cases`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ caseType: "AGENCY_ADOPTION", notes: "From the program" }),
  });
  assert.equal(answer.status, 201);
  const created = await answer.json();
  assert.equal(created.createdBy, "case.robot");

  const olivia = await site.signedIn("olivia.officer");
  const cookie = await olivia.cookie();
  assert.deepEqual([cookie.secure, cookie.httpOnly, cookie.sameSite], [true, true, "Lax"]);
  const { status, body } = await olivia.ask("GET", `/api/cases/${created.id}`);
  assert.deepEqual([status, body.caseNumber, body.notes], [200, created.caseNumber, "From the program"]);

  const leo = await site.signedIn("leo.officer");
  assert.equal((await leo.ask("GET", `/api/cases/${created.id}`)).status, 403, "another court's");

  const log = readFileSync(site.server.program.log, "utf8");
  assert.match(log, /"log_in_with_claims"/);
  for (const hidden of [token, cookie.value, "casefile-demonstration", "Olivia", new URL(olivia.callbackUrl).searchParams.get("code")]) {
    assert.ok(!log.includes(hidden), "the log holds a secret or a name");
  }
});

test("nobody can log in with only a user name", async () => {
  const somebody = await site.person();
  await somebody.open(site.page);
  const { status } = await somebody.ask("POST", "/api/auth/login", { username: "judge.judith", role: "JUDGE_LEGAL_ADVISER" });
  assert.equal(status, 404);
});

test("the guide sends reads in the name of the signed-in person, and no changes", async () => {
  const olivia = await site.signedIn("olivia.officer");
  const page = await olivia.context.newPage();
  await page.goto(`${site.url}/docs/lists`);
  await page.waitForFunction(() => document.getElementById("session").textContent === "Signed in as olivia.officer, HMCTS_CASE_OFFICER");
  assert.equal(await page.$("[data-login]"), null, "nobody can log in with only a user name");
  await page.click(".request[data-method=GET] button:not([hidden])");
  await page.waitForSelector(".answer strong");
  assert.equal(await page.$eval(".answer strong", (status) => status.textContent), "200 OK");

  await page.goto(`${site.url}/docs`);
  const changes = await page.$$eval(".request", (requests) =>
    requests.filter(({ dataset }) => dataset.method !== "GET").map((request) => request.querySelector("[type=button]:not([hidden])") === null),
  );
  assert.ok(changes.length > 10 && changes.every((isShownOnly) => isShownOnly), changes.join());
});

test("the server's connections to the database are encrypted", async () => {
  const sql = `select count(*) filter (where ssl) as with_tls, count(*) filter (where not ssl) as without
    from pg_stat_ssl join pg_stat_activity using (pid) where application_name like 'casefile%' and usename = 'casefile_api'`;
  const [{ with_tls, without }] = await site.database.query(sql);
  assert.ok(Number(with_tls) > 0 && without === "0", `${with_tls} with, ${without} without`);
});
