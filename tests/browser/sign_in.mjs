// From GET /api/auth/login to the session.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SIGN_INS } from "./support/person.mjs";
import { Site } from "./support/site.mjs";

const site = new Site();
before(() => site.start());
after(() => site.stop());

test("a sign-in ends on the page that was asked for, with a session", async () => {
  const olivia = await site.person();
  const form = await olivia.start("/docs");
  assert.equal(new URL(form.url).origin, site.provider.issuer);
  const page = await olivia.enter("olivia.officer");
  assert.equal(page.status, 200);
  assert.equal(page.url, `${site.url}/docs`);

  const { expiresAt, endsAt, memberships, ...session } = await olivia.session();
  assert.deepEqual(session, {
    authenticated: true,
    authMode: "oidc",
    user: {
      userId: "olivia.officer",
      username: "Olivia Officer",
      role: "HMCTS_CASE_OFFICER",
      courtAssignment: "Birmingham Family Court",
    },
  });
  const minutes = (Date.parse(expiresAt) - Date.now()) / 60_000;
  assert.ok(minutes > 25 && minutes <= 30, expiresAt);
  const hours = (Date.parse(endsAt) - Date.now()) / 3_600_000;
  assert.ok(hours > 11.9 && hours <= 12, endsAt);
  assert.equal(memberships.length, 1);
  assert.equal((await olivia.ask("GET", "/api/cases")).status, 200);
});

test("the browser keeps the session's cookie from pages and other sites, and nothing of the sign-in", async () => {
  const olivia = await site.person();
  await olivia.start();
  const begun = await olivia.cookie(SIGN_INS);
  const inTenMinutes = Date.now() / 1000 + 600;
  assert.ok(Math.abs(begun.expires - inTenMinutes) < 60, String(begun.expires));
  await olivia.enter("olivia.officer");
  const kept = await olivia.cookie();
  for (const { httpOnly, sameSite, secure, path } of [begun, kept]) {
    assert.deepEqual({ httpOnly, sameSite, secure, path }, { httpOnly: true, sameSite: "Lax", secure: true, path: "/" });
  }
  assert.ok(kept.session, "it goes with the browser");
  assert.equal(await olivia.cookie(SIGN_INS), undefined);
  assert.equal(await olivia.page.evaluate(() => document.cookie), "");
});

test("in LOCAL the cookies also work without TLS", async (t) => {
  const local = new Site({ APP_ENV: "LOCAL" });
  t.after(() => local.stop());
  await local.start();
  const olivia = await local.signedIn("olivia.officer");
  const { httpOnly, sameSite, secure } = await olivia.cookie();
  assert.deepEqual({ httpOnly, sameSite, secure }, { httpOnly: true, sameSite: "Lax", secure: false });
});

test("without a returnUrl the first page of the role comes", async () => {
  for (const [userId, path] of [["judge.judith", "/dashboard"], ["adam.adopter", "/my-cases"]]) {
    const person = await site.person();
    await person.open("/api/auth/login");
    assert.equal((await person.enter(userId)).url, `${site.url}${path}`);
  }
});

test("a returnUrl keeps its query, in any script", async () => {
  const olivia = await site.signedIn("olivia.officer", "/cases?q=a%20b&name=Zoë");
  assert.equal(olivia.page.url(), `${site.url}/cases?q=a%20b&name=Zo%C3%AB`);
});

test("a returnUrl to another site is ignored", async () => {
  const long = `/${"a".repeat(2000)}`;
  const elsewhere = ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "docs", "/\t/evil.example"];
  for (const returnUrl of [...elsewhere, "/docs\r\nSet-Cookie: a=b", long]) {
    const olivia = await site.signedIn("olivia.officer", returnUrl);
    assert.equal(olivia.page.url(), `${site.url}/dashboard`, returnUrl);
    assert.equal((await olivia.session()).authenticated, true);
  }
});

test("a user who is signed in at the provider is not asked again, and the previous session ends", async () => {
  const olivia = await site.signedIn("olivia.officer");
  const first = await olivia.cookie();
  assert.equal((await olivia.start()).url, site.page);
  const second = await olivia.cookie();
  assert.notEqual(second.value, first.value);
  assert.equal(await olivia.statusWith(first), 401);
  assert.equal(await olivia.statusWith(second), 200);
});

test("two windows of a browser sign in at once, and each goes where it was going", async () => {
  let olivia;
  let first;
  do {
    olivia = await site.person();
    await olivia.start("/live");
    first = olivia.page;
    olivia.page = undefined;
    await olivia.start("/ready");
  } while ((await olivia.cookies(SIGN_INS)).length < 2); // now and then both have the same cookie
  const second = olivia.page;
  for (const [page, path] of [[first, "/live"], [second, "/ready"]]) {
    olivia.page = page;
    assert.equal((await olivia.enter("olivia.officer")).url, `${site.url}${path}`);
  }
  assert.deepEqual(await olivia.cookies(SIGN_INS), []);
  assert.equal((await olivia.session()).authenticated, true);
});

test("two browsers of one person have two sessions", async () => {
  const [one, other] = [await site.signedIn("olivia.officer"), await site.signedIn("olivia.officer")];
  await one.ask("POST", "/api/auth/logout");
  assert.equal((await other.session()).authenticated, true);
});

test("a user who is disabled between two requests is signed out at once", async () => {
  const judge = await site.signedIn("judge.judith");
  assert.equal((await judge.ask("GET", "/api/cases")).status, 200);
  await site.database.disable("judge.judith");
  assert.equal((await judge.ask("GET", "/api/cases")).status, 401);
  assert.equal((await judge.session()).authenticated, false);
});

test("nobody can log in with only a user name", async () => {
  const somebody = await site.person();
  await somebody.open(site.page);
  const { status } = await somebody.ask("POST", "/api/auth/login", { username: "judge.judith", role: "JUDGE_LEGAL_ADVISER" });
  assert.equal(status, 404);
  assert.equal((await somebody.session()).authenticated, false);
});
