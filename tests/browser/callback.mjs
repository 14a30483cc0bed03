// Requests to GET /api/auth/callback that do not answer a sign-in of this browser.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SIGN_INS } from "./support/person.mjs";
import { Site } from "./support/site.mjs";

const site = new Site();
before(() => site.start());
after(() => site.stop());

async function assertNobody(person, { status, body }, expected, reason = "SIGN_IN_FAILED") {
  assert.deepEqual([status, body?.reason], [expected, reason], JSON.stringify(body));
  assert.match(body.error, /\/api\/auth\/login/, "it says what to do");
  assert.equal(await person.cookie(), undefined);
  assert.equal((await person.session()).authenticated, false);
}

const changed = (url, name, value) => {
  const other = new URL(url);
  if (value === undefined) other.searchParams.delete(name);
  else other.searchParams.set(name, value);
  return other.href;
};

test("an answer that has been used", async () => {
  const olivia = await site.signedIn("olivia.officer");
  const used = olivia.callbackUrl;
  const before = await olivia.cookie();
  const again = await olivia.open(used);
  assert.deepEqual([again.status, again.body.reason], [400, "SIGN_IN_FAILED"]);
  assert.equal((await olivia.cookie()).value, before.value, "who is signed in stays so");
});

test("an answer that has been used, with the cookie of that time", async () => {
  const olivia = await site.person();
  const url = await olivia.bringAnswer("olivia.officer");
  const begun = await olivia.cookie(SIGN_INS);
  assert.equal((await olivia.open(url)).url, site.page);
  await olivia.ask("POST", "/api/auth/logout");
  await olivia.context.setCookie(begun);
  await assertNobody(olivia, await olivia.open(url), 401);
});

test("the answer to another browser", async () => {
  const [olivia, thief] = [await site.person(), await site.person()];
  const url = await olivia.bringAnswer("olivia.officer");
  await thief.start();
  await assertNobody(thief, await thief.open(url), 400);
  // It stays good for its own browser.
  assert.equal((await olivia.open(url)).url, site.page);
});

test("the code of another browser under one's own state", async () => {
  const [olivia, thief] = [await site.person(), await site.person()];
  const code = new URL(await olivia.bringAnswer("olivia.officer")).searchParams.get("code");
  const own = await thief.bringAnswer("leo.officer");
  await assertNobody(thief, await thief.open(changed(own, "code", code)), 401);
});

test("an answer to a browser without the cookie", async () => {
  const olivia = await site.person();
  const url = await olivia.bringAnswer("olivia.officer");
  await olivia.context.deleteCookie(await olivia.cookie(SIGN_INS));
  await assertNobody(olivia, await olivia.open(url), 400);
});

test("an answer with another state, none, two, or without a code, or of another issuer", async () => {
  const olivia = await site.person();
  const url = await olivia.bringAnswer("olivia.officer");
  const state = new URL(url).searchParams.get("state");
  const flipped = (state[0] === "A" ? "B" : "A") + state.slice(1);
  for (const bad of [
    changed(url, "state", flipped),
    changed(url, "state", ""),
    changed(url, "state", undefined),
    changed(url, "code", undefined),
    changed(url, "iss", "https://evil.example"),
  ]) {
    await assertNobody(olivia, await olivia.open(bad), 400);
  }
  await assertNobody(olivia, await olivia.open(changed(url, "code", "guessed")), 401);
});

test("a cookie that was tampered with", async () => {
  const olivia = await site.person();
  const url = await olivia.bringAnswer("olivia.officer");
  const cookie = await olivia.cookie(SIGN_INS);
  const [secret, started] = cookie.value.split(".");
  const elsewhere = Buffer.from("//evil.example").toString("base64url");
  for (const value of [`${secret}.${started}.${elsewhere}`, `${secret}.${Number(started) + 1}.`, "a.b.c", "", "%00", "x".repeat(4000)]) {
    await olivia.context.setCookie({ ...cookie, value });
    await assertNobody(olivia, await olivia.open(url), 400);
  }
});

test("a sign-in that is cancelled at the provider", async () => {
  const olivia = await site.person();
  await olivia.start();
  const page = await olivia.click("a[href$=abort]");
  assert.match(page.url, /error=access_denied/);
  await assertNobody(olivia, page, 401);
  assert.ok(!page.text.includes("aborted"), "what the provider says is not passed on");
});

test("an error without a sign-in", async () => {
  const olivia = await site.person();
  const page = await olivia.open("/api/auth/callback?error=access_denied&error_description=%3Cscript%3E");
  await assertNobody(olivia, page, 400);
  assert.ok(!page.text.includes("script"));
});
