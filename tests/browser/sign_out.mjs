// The session ends here, and at the provider.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Site } from "./support/site.mjs";

const site = new Site();
before(() => site.start());
after(() => site.stop());

test("a user who signs out only here can sign in again without a password", async () => {
  const olivia = await site.signedIn("olivia.officer");
  const cookie = await olivia.cookie();
  const { status, body } = await olivia.ask("POST", "/api/auth/logout");
  assert.deepEqual([status, body.success], [200, true]);
  assert.equal(await olivia.cookie(), undefined);
  assert.equal(await olivia.statusWith(cookie), 401);
  assert.equal((await olivia.start()).url, site.page);
});

test("a user who follows the logoutUrl signs out at the provider too, and is asked again", async () => {
  const olivia = await site.signedIn("olivia.officer");
  const { body } = await olivia.ask("POST", "/api/auth/logout");
  assert.equal(new URL(body.logoutUrl).origin, site.provider.issuer);
  await olivia.open(body.logoutUrl);
  const back = await olivia.click("button[value=yes]");
  assert.equal(back.url, `${site.url}/docs`, "the provider sends the browser back");
  assert.equal(new URL((await olivia.start()).url).origin, site.provider.issuer);
  assert.equal((await olivia.enter("judge.judith")).url, site.page);
  assert.equal((await olivia.session()).user.userId, "judge.judith");
});

test("a session that ends at the provider ends here, and no other one", async () => {
  const [here, elsewhere, other] = await Promise.all([
    site.signedIn("olivia.officer"), site.signedIn("olivia.officer"), site.signedIn("leo.officer"),
  ]);
  await here.open(`${site.provider.issuer}/session/end`);
  await here.click("button[value=yes]");
  await here.open(site.page);
  assert.equal((await here.session()).authenticated, false);
  assert.equal((await here.ask("GET", "/api/cases")).status, 401);
  assert.equal((await elsewhere.session()).authenticated, true, "the same person's in another browser");
  assert.equal((await other.session()).authenticated, true, "somebody else's");
});

test("a second sign-out succeeds as well", async () => {
  const olivia = await site.signedIn("olivia.officer");
  await olivia.ask("POST", "/api/auth/logout");
  const { status, body } = await olivia.ask("POST", "/api/auth/logout");
  assert.deepEqual([status, body.success], [200, true]);
});

test("another site's page signs nobody out, and changes nobody's role", async () => {
  const olga = await site.signedIn("olga.officer");
  await olga.forgetProvider();
  await olga.start(); // now the page is the provider's
  for (const [path, body] of [["logout", "{}"], ["membership", '{"role": "HMCTS_CASE_OFFICER", "courtAssignment": "Leeds Family Court"}']]) {
    const send = (url, body) => fetch(url, { method: "POST", mode: "no-cors", credentials: "include", body });
    await olga.page.evaluate(`(${send})(${JSON.stringify(`${site.url}/api/auth/${path}`)}, ${JSON.stringify(body)}).catch(() => {})`);
  }
  await olga.open(site.page);
  const { authenticated, user } = await olga.session();
  assert.deepEqual([authenticated, user.role], [true, undefined]);
});
