// Every operation of the reference, tried as the page shows it, gives its documented answer.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Demonstration } from "./support/demonstration.mjs";

const OFFICER = { username: "olivia.officer", role: "HMCTS_CASE_OFFICER", courtAssignment: "Birmingham Family Court" };
/** Somebody who serves two courts. */
const OLGA = { ...OFFICER, username: "olga.officer" };
/** They need an identity provider, and say so where there is none. */
const WITH_PROVIDER = { start_log_in: "404", log_in_with_claims: "404", log_out_provider: "404" };

const site = new Demonstration();
before(() => site.start());
after(() => site.stop());

async function operations() {
  const { paths } = await (await fetch(`${site.loopback}/openapi.json`)).json();
  return Object.values(paths).flatMap((path) => Object.values(path));
}

/** The status that trying the operation gives, after Execute has been pressed. */
async function tried(page, { operationId, tags, requestBody }) {
  const block = `[id="operations-${tags[0]}-${operationId}"]`;
  await page.click(`${block} .opblock-summary-control`);
  await page.waitForSelector(`${block} .execute`);
  if (requestBody) await page.waitForSelector(`${block} .opblock-section-request-body`);

  // A list of files has one at first.
  await page.$$eval(`${block} .json-schema-form-item-add`, (buttons) => buttons.forEach((button) => button.click()));
  for (const [number, input] of (await page.$$(`${block} input[type=file]`)).entries()) {
    const file = `${site.folder}/${operationId}-${number}.pdf`;
    writeFileSync(file, `%PDF-1.4\n% ${operationId} ${number}\n%%EOF\n`);
    await input.uploadFile(file);
  }
  await page.click(`${block} .execute`);
  const status = await page.waitForSelector(`${block} .live-responses-table tbody .response-col_status`).then((cell) => cell.evaluate((cell) => cell.textContent));
  await page.click(`${block} .opblock-summary-control`);
  return status.slice(0, 3);
}

test("every operation answers as it documents", async () => {
  const { page, troubles } = await site.open("/docs/reference");
  await page.waitForSelector(".opblock");
  const logIn = (fields) =>
    page.evaluate((body) => fetch("/api/auth/login", { method: "POST", headers: { "Content-Type": "application/json" }, body }), JSON.stringify(fields));
  const wrong = [];
  const all = await operations();
  for (const operation of all) {
    await logIn(operation.operationId === "change_membership" ? OLGA : OFFICER);
    const status = await tried(page, operation).catch((error) => error.message);
    const wanted = WITH_PROVIDER[operation.operationId] ?? Object.keys(operation.responses).find((status) => status < 300);
    if (status !== wanted) wrong.push(`${operation.operationId}: ${status} in place of ${wanted}`);
  }
  assert.deepEqual(wrong, [], `of ${all.length}`);
  assert.deepEqual(troubles, []);
});
