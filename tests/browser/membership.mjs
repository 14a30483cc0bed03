// A user who has two roles.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Site } from "./support/site.mjs";

const LEEDS = { role: "HMCTS_CASE_OFFICER", courtAssignment: "Leeds Family Court" };
const BIRMINGHAM = { role: "HMCTS_CASE_OFFICER", courtAssignment: "Birmingham Family Court" };

const site = new Site();
before(() => site.start());
after(() => site.stop());

test("a user with several roles has none until one is chosen", async () => {
  const olga = await site.signedIn("olga.officer");
  assert.equal(olga.page.url(), site.page);
  const session = await olga.session();
  assert.equal(session.authenticated, true);
  assert.deepEqual(session.user, { userId: "olga.officer", username: "Olga Officer" });
  const offered = session.memberships.map(({ role, courtAssignment }) => ({ role, courtAssignment }));
  assert.deepEqual(offered.sort((a, b) => a.courtAssignment.localeCompare(b.courtAssignment)), [BIRMINGHAM, LEEDS]);
  const { status, body } = await olga.ask("GET", "/api/cases");
  assert.deepEqual([status, body.reason], [403, "MEMBERSHIP_REQUIRED"]);
});

test("a chosen role comes with a new cookie, and the old one no longer works", async () => {
  const olga = await site.signedIn("olga.officer");
  const undecided = await olga.cookie();
  const { status, body } = await olga.ask("POST", "/api/auth/membership", LEEDS);
  assert.deepEqual([status, body.user.courtAssignment, body.redirectUrl], [200, "Leeds Family Court", "/dashboard"]);
  const decided = await olga.cookie();
  assert.notEqual(decided.value, undecided.value);
  assert.deepEqual([decided.httpOnly, decided.sameSite, decided.secure], [true, "Lax", true]);
  assert.equal(await olga.statusWith(undecided), 401);
  assert.equal(await olga.statusWith(decided), 200);

  const created = await olga.ask("POST", "/api/cases", { caseType: "AGENCY_ADOPTION" });
  assert.deepEqual([created.status, created.body.assignedCourt], [201, "Leeds Family Court"]);
  const audit = await olga.ask("GET", `/api/cases/${created.body.id}/audit`);
  assert.deepEqual([audit.body.entries[0].actor, audit.body.entries[0].actorRole], ["olga.officer", "HMCTS_CASE_OFFICER"]);

  // One court does not see the other's cases.
  await olga.ask("POST", "/api/auth/membership", BIRMINGHAM);
  assert.equal((await olga.session()).user.courtAssignment, "Birmingham Family Court");
  assert.equal((await olga.ask("GET", `/api/cases/${created.body.id}`)).status, 403);
  assert.equal(await olga.statusWith(decided), 401);
});

test("another's role is refused, and the session stays", async () => {
  const olga = await site.signedIn("olga.officer");
  await olga.ask("POST", "/api/auth/membership", LEEDS);
  const cookie = await olga.cookie();
  for (const wanted of [{ role: "JUDGE_LEGAL_ADVISER" }, { ...LEEDS, courtAssignment: "Manchester Family Court" }]) {
    const { status, body } = await olga.ask("POST", "/api/auth/membership", wanted);
    assert.deepEqual([status, body.reason], [403, "NO_MEMBERSHIP"]);
  }
  assert.equal((await olga.cookie()).value, cookie.value);
  assert.equal((await olga.session()).user.courtAssignment, "Leeds Family Court");
});

test("a change of role needs a session", async () => {
  const nobody = await site.person();
  await nobody.open(site.page);
  assert.equal((await nobody.ask("POST", "/api/auth/membership", LEEDS)).status, 401);
  assert.equal(await nobody.cookie(), undefined);
});

test("a role that ends also ends its session", async () => {
  const olga = await site.signedIn("olga.officer");
  await olga.ask("POST", "/api/auth/membership", LEEDS);
  const ended = `select auth.end_membership(membership_id) from auth.list_directory()
    where user_id = 'olga.officer' and court = 'Leeds Family Court'`;
  await site.database.query(ended);
  assert.equal((await olga.ask("GET", "/api/cases")).status, 401);
  // The only one left need not be chosen.
  await olga.start();
  assert.equal((await olga.session()).user.courtAssignment, "Birmingham Family Court");
});
