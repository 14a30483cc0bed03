// The guide at /docs, as people see and use it: light and dark, on a telephone, with the keyboard alone.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { Demonstration } from "./support/demonstration.mjs";

const PAGES = [
  "", "sign-in", "roles", "life-of-a-case", "documents", "errors", "versions", "lists", "words", "reference", "changelog",
];
/** What axe finds of a page's structure is the same in all of them. */
const LOOKS = [
  { name: "light", width: 1280, scheme: "light", rules: undefined },
  { name: "dark", width: 1280, scheme: "dark", rules: ["color-contrast"] },
  { name: "phone", width: 360, scheme: "light", rules: ["scrollable-region-focusable"] },
];
const SCREENSHOTS = fileURLToPath(new URL("../../.casefile/screenshots/", import.meta.url));
const require = createRequire(new URL("../../scripts/browser/package.json", import.meta.url));
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const site = new Demonstration();
before(() => site.start());
after(() => site.stop());

const addressOf = (name) => (name ? `/docs/${name}` : "/docs");

async function violations(page, rules, part = { include: ["html"] }) {
  const options = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
  const found = await page.evaluate((part, options) => globalThis.axe.run(part, options), part, options);
  const serious = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return serious.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`));
}

for (const name of PAGES) {
  test(`${addressOf(name)} looks as it should, light and dark, wide and narrow`, async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const { page, troubles } = await site.open(addressOf(name));
    await page.evaluate(AXE);
    const papers = [];
    for (const { name: look, width, scheme, rules } of LOOKS) {
      await site.look(page, { width, scheme });
      assert.deepEqual(await violations(page, rules), [], look);
      const { wide, cut, paper } = await page.evaluate(() => ({
        wide: document.documentElement.scrollWidth,
        cut: [...document.querySelectorAll(".table")].filter((table) => table.scrollWidth > table.clientWidth).map(({ ariaLabel }) => ariaLabel),
        paper: getComputedStyle(document.body).backgroundColor,
      }));
      assert.ok(wide <= width, `${look} is ${wide} pixels wide`);
      if (width === 1280) assert.deepEqual(cut, [], "every table fits");
      papers.push(paper);
      await page.screenshot({ path: `${SCREENSHOTS}${name || "getting-started"}-${look}.png` });
    }
    assert.notEqual(papers[0], papers[1], "the paper is dark");
    assert.deepEqual(troubles, []);
    await page.close();
  });
}

for (const name of ["", "reference"]) {
  test(`${addressOf(name)} is painted within half a second`, async () => {
    const times = [];
    for (let round = 0; round < 3; round += 1) {
      const { page } = await site.open(addressOf(name));
      const painted = await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
      times.push(await painted.jsonValue());
      await page.close();
    }
    assert.ok(Math.min(...times) < 500, times.join());
  });
}

test("an operation that was opened and tried looks as it should", async () => {
  const { page, troubles } = await site.open("/docs/reference");
  await page.click("[data-login]");
  await page.waitForFunction(() => document.getElementById("session").textContent.startsWith("Signed in"));
  await page.click("#operations-Cases-list_cases .opblock-summary-control");
  await page.waitForSelector("#operations-Cases-list_cases .execute");
  await page.click("#operations-Cases-list_cases .execute");
  await page.waitForSelector("#operations-Cases-list_cases .live-responses-table");
  await page.evaluate(AXE);
  for (const { name: look, width, scheme, rules } of LOOKS) {
    await site.look(page, { width, scheme });
    const open = { include: ["#operations-Cases-list_cases"] };
    assert.deepEqual(await violations(page, rules, open), [], look);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, look);
    await page.screenshot({ path: `${SCREENSHOTS}operation-${look}.png` });
  }
  assert.deepEqual(troubles, []);
});

test("the first action is three keys away", async () => {
  const { page } = await site.open("/docs");
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim());
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Skip to the content");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Send");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, "solid", "whoever uses the keyboard sees where they are");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".answer pre");
  await page.waitForFunction(() => document.getElementById("session").textContent === "Signed in as olivia.officer, HMCTS_CASE_OFFICER");
});

/** Sends all requests of a page, one after another. */
function sendAll(page) {
  return page.evaluate(async () => {
    const seen = [];
    for (const request of document.querySelectorAll(".request")) {
      const button = request.querySelector("button");
      button.click();
      await new Promise((resolve) => {
        const timer = setInterval(() => {
          if (button.ariaDisabled === "true") return;
          clearInterval(timer);
          resolve();
        }, 5);
      });
      seen.push(`${request.dataset.method} ${request.querySelector(".answer strong")?.textContent ?? request.querySelector(".answer").textContent}`);
    }
    return seen;
  });
}

test("the requests of the page about signing in choose a court", async () => {
  const { page, troubles } = await site.open("/docs/sign-in");
  assert.deepEqual(await sendAll(page), ["POST 200 OK", "GET 200 OK", "POST 200 OK", "POST 200 OK"]);
  assert.match(await page.$eval(".request:last-of-type .answer", (place) => place.textContent), /olga.officer[^]*Leeds Family Court/);
  assert.deepEqual(troubles, []);
});

test("the requests of the first page take a new case to its end", async () => {
  const { page, troubles } = await site.open("/docs");
  assert.deepEqual(await sendAll(page), [
    "POST 200 OK", "GET 200 OK", // sign in
    "POST 201 Created",
    "POST 201 Created", "POST 201 Created", // assignments
    "POST 201 Created", "GET 200 OK", // a document
    "PATCH 200 OK", "PATCH 409 Conflict", "PATCH 200 OK", "PATCH 200 OK", // statuses
    "PATCH 403 Forbidden", "POST 200 OK", "PATCH 200 OK", // the order
    "GET 200 OK", "POST 200 OK", "GET 200 OK", "POST 200 OK", // looking back
  ]);
  assert.deepEqual(troubles, []);
  const blanks = await page.$$eval("var[data-name=caseId]", (blanks) => new Set(blanks.map((blank) => blank.textContent)).size);
  assert.equal(blanks, 1, "each later request shows the case's id");
});

test("a request that needs an earlier one says so", async () => {
  const { page } = await site.open("/docs");
  await page.$$eval(".request", (requests) => requests.find(({ dataset }) => dataset.path.includes("{caseId}")).querySelector("button").click());
  await page.waitForSelector(".answer .bad");
  assert.match(await page.$eval(".answer .bad", (place) => place.textContent), /needs caseId, which an earlier request/);
});
