// Documents that clients upload, each in a case of its own.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const FIXTURES = new URL("../../../tests/fixtures/", import.meta.url).pathname;
const FILES = ["text.pdf", "scanned.pdf", "scan.png", "two-pages.tiff"];
const TYPES = { pdf: "application/pdf", png: "image/png", tiff: "image/tiff" };
let uploaded = 0;

export async function upload({ load }, documents) {
  const places = load.users.flatMap(({ client, cases }) => [...cases.keys()].map((id) => ({ id, client })));
  const byCase = [...new Map(places.map((place) => [place.id, place])).values()];
  for (let number = 0; number < documents; number += 1) {
    const { id, client } = byCase[number % byCase.length];
    const name = FILES[number % FILES.length];
    // Bytes after the end of a file are never read, but make it a different file.
    const content = Buffer.concat([readFileSync(join(FIXTURES, name)), Buffer.from(`\n${(uploaded += 1)}\n`)]);
    const { body, type } = form(name, content);
    const path = `/api/cases/${id}/upload-document`;
    const { outcome } = await client.request("POST", path, { body, headers: { "content-type": type } });
    if (outcome !== 201) throw new Error(`an upload was answered ${outcome}`);
  }
}

function form(name, content) {
  const boundary = "drill-boundary";
  const field = (disposition, type) => `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n${type}\r\n`;
  const type = `Content-Type: ${TYPES[name.split(".").pop()]}\r\n`;
  const body = Buffer.concat([
    Buffer.from(`${field('name="documentType"', "")}court-order\r\n${field(`name="file"; filename="${name}"`, type)}`),
    content,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return { body, type: `multipart/form-data; boundary=${boundary}` };
}
