// The site with the demonstration caseload, where anybody may be anybody.
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { connect } from "../../../scripts/lib/pg.mjs";
import { Site } from "./site.mjs";

const script = (name) => fileURLToPath(new URL(`../../../scripts/${name}`, import.meta.url));
const id = (number) => `01970000-0000-7000-8000-${String(number).padStart(12, "0")}`;

export class Demonstration extends Site {
  constructor() {
    super({ AUTH_MODE: "mock" });
  }

  async start() {
    await super.start();
    const client = await connect(this.database.apiUrl);
    await client.query(readFileSync(script("demo.sql"), "utf8")).finally(() => client.end());
    for (const [caseNumber, documentNumber] of [[1, 11], [3, 12]]) {
      mkdirSync(`${this.folder}/${id(caseNumber)}`, { recursive: true });
      copyFileSync(script("demo-order.pdf"), `${this.folder}/${id(caseNumber)}/${id(documentNumber)}`);
    }
    await this.database.query(readFileSync(script("demo-documents.sql"), "utf8"));
    // In place of the worker.
    const skip = "select worker.record_scan(j.document_id, j.lease, 'skipped') from worker.claim_document(300, 'scan') as j";
    await this.database.query(`begin; set local role document_processor; ${skip}; ${skip}; commit`);
  }

  /** A new page of the browser, and what goes wrong on it. */
  async page() {
    const page = await (await this.browser.createBrowserContext()).newPage();
    await this.look(page, { width: 1280, scheme: "light" });
    const troubles = [];
    page.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== "data:" && origin !== this.url) troubles.push(`asks ${request.url()}`);
    });
    page.on("console", (message) => {
      // Refusals are reported there, too.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) troubles.push(message.text());
    });
    page.on("pageerror", (error) => troubles.push(String(error)));
    return { page, troubles };
  }

  async look(page, { width, scheme }) {
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  }

  async open(path) {
    const opened = await this.page();
    await opened.page.goto(this.url + path);
    if (path === "/docs/reference") await opened.page.waitForSelector(".opblock");
    return opened;
  }
}
