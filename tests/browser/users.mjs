// The demonstration users of README.md.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Demonstration } from "./support/demonstration.mjs";

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const site = new Demonstration();
before(() => site.start());
after(() => site.stop());

async function casesOf(username, role, court) {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ username, role, courtAssignment: court });
  const login = await fetch(`${site.url}/api/auth/login`, { method: "POST", headers, body });
  const Cookie = login.headers.getSetCookie()[0].split(";")[0];
  return (await (await fetch(`${site.url}/api/cases?sortBy=caseNumber&sortOrder=asc`, { headers: { Cookie } })).json()).cases;
}

/** As README.md writes them: Birmingham 1 and 3, Leeds 1 and 2. */
function inWords(cases) {
  const byCourt = {};
  for (const { assignedCourt, caseNumber } of cases) {
    (byCourt[assignedCourt.split(" ")[0]] ??= []).push(Number(caseNumber.split("/")[2]));
  }
  const parts = Object.entries(byCourt).map(
    ([court, numbers]) => `${court} ${numbers.length > 2 ? `${numbers[0]} to ${numbers.at(-1)}` : numbers.join(" and ")}`,
  );
  return parts.join(", ") + (cases.every(({ redacted }) => redacted) ? ", redacted" : "");
}

const rows = [...README.matchAll(/^\| (`[a-z.]+`(?:, `[a-z.]+`)*) \| `([A-Z_]+)` \|.*\| (.+) \|$/gm)];
for (const [, users, role, sees] of rows) {
  for (const [, user] of users.matchAll(/`([^`]+)`/g)) {
    test(`${user} sees the cases that README.md says`, async () => {
      const courts = sees.includes(" or ") ? ["Birmingham Family Court", "Leeds Family Court"] : [undefined];
      const seen = await Promise.all(courts.map((court) => casesOf(user, role, court)));
      assert.equal(seen.map(inWords).join(", or "), sees);
    });
  }
}

test("README.md has all ten", () => assert.equal(rows.flatMap(([, users]) => users.split(", ")).length, 10));
