// The life of a case, by a client that openapi-typescript and openapi-fetch generate from the API's document.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./generated/api.js";

type Role = components["schemas"]["UserRole"];
type CaseStatus = components["schemas"]["CaseStatus"];
type Reason = components["schemas"]["ErrorReason"];

const { CASEFILE_URL: baseUrl = "http://127.0.0.1:3001", CASEFILE_DOCUMENT = "scripts/demo-order.pdf" } = process.env;

/** A client with a session. Node.js keeps no cookies, so the client sends the session itself. */
async function signIn(username: string, role: Role): Promise<Client<paths>> {
  const client = createClient<paths>({ baseUrl });
  const { data, response } = await client.POST("/api/auth/login", { body: { username, role } });
  assert.equal(data?.user.userId, username);
  const [cookie = ""] = response.headers.getSetCookie().map((line) => line.split(";")[0]);
  client.use({ onRequest: ({ request }) => request.headers.set("Cookie", cookie) });
  return client;
}

/** The body of an answer that has to be a success. */
function succeeded<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  assert.ok(answer.data !== undefined, `${answer.response.status} ${JSON.stringify(answer.error)}`);
  return answer.data;
}

/** Sees that an answer is a refusal, and for which reason. */
function refused(answer: { error?: components["schemas"]["Error"]; response: Response }, status: number, reason: Reason): void {
  assert.deepEqual([answer.response.status, answer.error?.reason], [status, reason], JSON.stringify(answer.error));
}

test("a case lives from its application to its order", async () => {
  const officer = await signIn("olivia.officer", "HMCTS_CASE_OFFICER");
  const judge = await signIn("judge.judith", "JUDGE_LEGAL_ADVISER");
  const adopter = await signIn("adam.adopter", "ADOPTER");

  // An officer creates it, and assigns a judge and an applicant.
  const created = await officer.POST("/api/cases", {
    body: { caseType: "AGENCY_ADOPTION", notes: "Sibling group of two" },
    params: { header: { "Idempotency-Key": crypto.randomUUID() } },
  });
  const { id, status } = succeeded(created);
  assert.deepEqual([created.response.status, status], [201, "APPLICATION"]);
  const path = { id };
  for (const [userId, assignmentType] of [["judge.judith", "JUDICIAL"], ["adam.adopter", "APPLICANT"]] as const) {
    succeeded(await officer.POST("/api/cases/{id}/assignments", { params: { path }, body: { userId, assignmentType } }));
  }

  // A change says which version it saw: by its ETag, or by its number.
  const read = await officer.GET("/api/cases/{id}", { params: { path } });
  const { version, permissions } = succeeded(read);
  assert.ok(permissions.validTransitions.includes("DIRECTIONS"));
  const header = { "If-Match": read.response.headers.get("ETag") ?? "" };
  const change = { params: { path, header }, body: { notes: "Placement agreed" } };
  assert.equal(succeeded(await officer.PATCH("/api/cases/{id}", change)).version, version + 1);
  refused(await officer.PATCH("/api/cases/{id}", { ...change, body: { notes: "Too late" } }), 412, "STALE_VERSION");
  const stale = await officer.PATCH("/api/cases/{id}", { params: { path }, body: { notes: "Too late", version } });
  refused(stale, 409, "STALE_VERSION");
  assert.equal(stale.error?.currentVersion, version + 1);

  // The officer moves it on, but only a judge grants the order.
  const move = (who: Client<paths>, status: CaseStatus) =>
    who.PATCH("/api/cases/{id}/status", { params: { path }, body: { status } });
  refused(await move(officer, "FINAL_HEARING"), 400, "INVALID_TRANSITION");
  for (const status of ["DIRECTIONS", "CONSENT_AND_REPORTING", "FINAL_HEARING"] as const) {
    assert.equal(succeeded(await move(officer, status)).status, status);
  }
  refused(await move(officer, "ORDER_GRANTED"), 403, "TRANSITION_NOT_PERMITTED");
  assert.equal(succeeded(await move(judge, "ORDER_GRANTED")).previousStatus, "FINAL_HEARING");

  // The order is uploaded, scanned, and comes back as it was.
  const bytes = new Uint8Array(await readFile(CASEFILE_DOCUMENT));
  const upload = () =>
    officer.POST("/api/cases/{id}/upload-document", {
      params: { path },
      body: { file: new Blob([bytes]), documentType: "court-order" },
      bodySerializer: ({ file, documentType }) => {
        const form = new FormData();
        form.set("documentType", documentType);
        form.set("file", file, "Order.pdf");
        return form;
      },
    });
  const { documentId } = succeeded(await upload());
  const again = await upload();
  refused(again, 400, "DUPLICATE_DOCUMENT");
  assert.equal(again.error?.existingDocumentId, documentId);
  const download = (who: Client<paths>) =>
    who.GET("/api/documents/{id}/download", { params: { path: { id: documentId } }, parseAs: "arrayBuffer" });
  let downloaded = await download(officer);
  for (let tries = 0; downloaded.error?.reason === "NOT_SCANNED" && tries < 300; tries++) {
    await setTimeout(100);
    downloaded = await download(officer);
  }
  assert.deepEqual(new Uint8Array(succeeded(downloaded)), bytes);
  assert.equal(downloaded.response.headers.get("Content-Type"), "application/pdf");

  // A list has pages; each says where the next one begins.
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const query = { pageSize: 2, ...(cursor !== undefined && { cursor }) };
    const { cases, pagination } = succeeded(await officer.GET("/api/cases", { params: { query } }));
    seen.push(...cases.map((one) => one.id));
    cursor = pagination.nextCursor;
  } while (cursor !== undefined);
  assert.equal(seen[0], id);
  assert.ok(seen.length > 2 && new Set(seen).size === seen.length);

  // All that people did is in the audit trail, beside what the worker did with the document. The newest comes first.
  const { entries } = succeeded(await judge.GET("/api/cases/{id}/audit", { params: { path } }));
  const actions = entries.map((entry) => entry.action).filter((action) => action !== "DOCUMENT_STATUS");
  assert.deepEqual(actions.slice(0, 3), ["DOCUMENT_DOWNLOAD", "DOCUMENT_UPLOAD", "STATUS_CHANGE"]);
  assert.deepEqual(actions.slice(-4), ["UPDATE", "ASSIGNMENT_CREATE", "ASSIGNMENT_CREATE", "CREATE"]);
  assert.equal(entries.find((entry) => entry.action === "STATUS_CHANGE")?.actor, "judge.judith");

  // The applicant sees less of it, and not that document.
  const seenByAdopter = succeeded(await adopter.GET("/api/cases/{id}", { params: { path } }));
  assert.deepEqual([seenByAdopter.redacted, seenByAdopter.status], [true, "ORDER_GRANTED"]);
  assert.equal(seenByAdopter.notes, undefined);
  assert.ok(seenByAdopter.history.every((change) => change.by === undefined));
  refused(await download(adopter), 403, "NOT_YOUR_CASE");

  // Signed out, nobody reads on.
  for (const client of [officer, judge, adopter]) {
    succeeded(await client.POST("/api/auth/logout"));
    refused(await client.GET("/api/cases/{id}", { params: { path } }), 401, "NO_SESSION");
  }
});
