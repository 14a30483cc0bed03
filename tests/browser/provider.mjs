// The provider changes its keys, or is away.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SIGN_INS } from "./support/person.mjs";
import { Site } from "./support/site.mjs";

const site = new Site({ OIDC_KEYS_SECONDS: "1" });
before(() => site.start());
after(() => site.stop());

test("new keys end no session, and sign-ins work with them", async () => {
  const olivia = await site.signedIn("olivia.officer");
  await site.provider.control("rotate");
  assert.equal((await olivia.ask("GET", "/api/cases")).status, 200);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const leo = await site.signedIn("leo.officer");
  assert.equal((await leo.session()).authenticated, true);
});

test("a session works and can be ended while the provider is unavailable", async () => {
  const olivia = await site.signedIn("olivia.officer");
  await site.provider.stop();
  assert.equal((await olivia.ask("GET", "/api/cases")).status, 200);
  const { status, body } = await olivia.ask("POST", "/api/auth/logout");
  assert.deepEqual([status, body.success], [200, true]);
  await site.provider.start();
});

test("a sign-in that returns while the provider is unavailable is told to try again", async () => {
  const olivia = await site.person();
  const url = await olivia.bringAnswer("olivia.officer");
  await site.provider.stop();
  const page = await olivia.open(url);
  assert.deepEqual([page.status, page.body.code, page.body.reason], [503, "UNAVAILABLE", "PROVIDER_AWAY"]);
  assert.match(page.body.error, /identity provider/);
  assert.equal(await olivia.cookie(), undefined);
  await site.provider.start();
  await olivia.start();
  assert.equal((await olivia.enter("olivia.officer")).url, site.page);
});

test("a sign-in that returns while the provider hangs is told so in time", async () => {
  const olivia = await site.person();
  const url = await olivia.bringAnswer("olivia.officer");
  const began = performance.now();
  process.kill(site.provider.program.id, "SIGSTOP");
  const page = await olivia.open(url).finally(() => process.kill(site.provider.program.id, "SIGCONT"));
  assert.deepEqual([page.status, page.body.reason], [503, "PROVIDER_AWAY"]);
  assert.ok(performance.now() - began < 8000, `${performance.now() - began} ms`);
});

test("a server that has not reached its provider yet says so, and serves once it does", async (t) => {
  const fresh = new Site();
  t.after(() => fresh.stop());
  await fresh.start();
  await fresh.provider.stop();
  const olivia = await fresh.person();
  const page = await olivia.start();
  assert.deepEqual([page.status, page.body.code, page.body.reason], [503, "UNAVAILABLE", "PROVIDER_AWAY"]);
  assert.match(page.body.error, /identity provider/);
  assert.equal(await olivia.cookie(SIGN_INS), undefined);
  await fresh.provider.start();
  await new Promise((resolve) => setTimeout(resolve, 2100)); // so long it does not ask again
  await olivia.start();
  assert.equal((await olivia.enter("olivia.officer")).url, fresh.page);
});
