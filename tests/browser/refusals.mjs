// Users whom the provider knows and the directory refuses.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Site } from "./support/site.mjs";

const site = new Site();
before(() => site.start());
after(() => site.stop());

async function assertRefused(userId, reason) {
  const person = await site.person();
  await person.start();
  const { status, body, url } = await person.enter(userId);
  assert.deepEqual([status, body?.code, body?.reason], [403, "FORBIDDEN", reason], url);
  assert.match(body.error, /registrar/);
  assert.equal((await person.session()).authenticated, false);
  assert.equal(await person.cookie(), undefined);
  const signIns = "select outcome from auth.sign_ins where subject = $1";
  return (await site.database.query(signIns, [userId])).map((row) => row.outcome);
}

test("a user whom the directory does not know", async () => {
  assert.deepEqual(await assertRefused("nobody.known", "UNKNOWN_USER"), ["JCUNK"]);
});

test("a disabled user", async () => {
  await site.database.disable("leo.officer");
  assert.deepEqual(await assertRefused("leo.officer", "USER_DISABLED"), ["JCOFF"]);
});

test("a user without a membership", async () => {
  await site.database.query("select auth.end_membership(id) from auth.memberships where user_id = 'carla.cafcass'");
  assert.deepEqual(await assertRefused("carla.cafcass", "NO_MEMBERSHIP"), ["JCNOM"]);
});

test("a refusal leaves the session that the browser has", async () => {
  const olivia = await site.signedIn("olivia.officer");
  const before = await olivia.cookie();
  await olivia.forgetProvider();
  await olivia.start();
  assert.equal((await olivia.enter("nobody.known")).status, 403);
  assert.equal((await olivia.cookie()).value, before.value);
  assert.equal((await olivia.session()).user.userId, "olivia.officer");
});
