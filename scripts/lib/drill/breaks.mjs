// How to break each rule of invariants.sql by hand, with all triggers out of the way.
// `create`, `edit` and `move` are acknowledged writes of the load.

/** Refused, in the journal of the self-test. */
export const REFUSED = { token: "drill:refused", kind: "edit", case_id: null, outcome: "refused", version: null };

const document = (scan, reading) => ({ create }) =>
  `insert into core.documents (
     id, case_id, court_code, filename, document_type, uploaded_by, upload_status, file_size, file_hash, mime_type, version,
     virus_scan_status, ocr_status
   )
   select
     core.new_id(), c.id, c.court_code, 'a.pdf', 'court-order', 'somebody', 'complete', 1, repeat('a', 64),
     'application/pdf', 1, '${scan}', '${reading}'
   from core.cases as c where c.id = '${create.case_id}'`;

export const BREAKS = [
  ["an acknowledged write is missing", ({ edit }) => `delete from core.case_details where notes = '${edit.token}'`],
  [
    "a write is there more than once",
    ({ create, edit }) => `update core.case_details set notes = '${edit.token}' where notes = '${create.token}'`,
  ],
  [
    "a refused write is there",
    ({ edit }) => `update core.case_details set notes = '${REFUSED.token}' where notes = '${edit.token}'`,
  ],
  [
    "an acknowledged version is not that of the write",
    ({ edit }) => `update core.case_details set version = version + 100 where notes = '${edit.token}';
      update audit.entries set after = jsonb_set(after, '{version}', to_jsonb(${edit.version + 100}))
      where after ->> 'notes' = '${edit.token}'`,
  ],
  [
    "a write has not just one audit entry",
    ({ move }) => `insert into audit.entries (
        case_id, court_code, entity, entity_id, action, actor, actor_role, occurred_at, after, digest
      )
      select case_id, court_code, entity, entity_id, action, actor, actor_role, occurred_at, after, digest
      from audit.entries where after ->> 'statusReason' = '${move.token}'`,
  ],
  [
    "an audit entry tells of a write that is not there",
    ({ create }) => `update core.case_details set notes = 'other' where notes = '${create.token}'`,
  ],
  [
    "a case has not just one audit entry of its creation",
    ({ create }) => `delete from audit.entries where after ->> 'notes' = '${create.token}'`,
  ],
  [
    "a version is not one more than the changes audited",
    ({ create }) => `update core.cases set version = version + 1 where id = '${create.case_id}'`,
  ],
  [
    "a version has not moved by one",
    ({ move }) => `update audit.entries set before = jsonb_set(before, '{version}', '77')
      where after ->> 'statusReason' = '${move.token}'`,
  ],
  [
    "new details are not those of one audited change",
    ({ create }) => `insert into core.case_details (case_id, version, created_by, court_code)
      select c.id, 500, 'x', c.court_code from core.cases as c where c.id = '${create.case_id}'`,
  ],
  [
    "details are without their case",
    () => "insert into core.case_details (case_id, version, created_by, court_code) values (core.new_id(), 1, 'x', 'BFC')",
  ],
  [
    "a case does not use its newest details",
    ({ edit }) => `update core.cases set details_version = 1 where id = '${edit.case_id}'`,
  ],
  [
    "a history has not as many moves as the audit",
    ({ move }) => `delete from core.status_changes
      where id = (select status_change_id from core.status_change_particulars where reason = '${move.token}')`,
  ],
  [
    "a history does not lead to the status of its case",
    ({ move }) => `update core.cases set status = 'APPLICATION_WITHDRAWN' where id = '${move.case_id}'`,
  ],
  [
    "a move is without its particulars",
    ({ move }) => `delete from core.status_change_particulars where reason = '${move.token}'`,
  ],
  [
    "case numbers are not those of cases and known gaps",
    ({ create }) => `update core.cases set number_sequence = 1000000 where id = '${create.case_id}'`,
  ],
  [
    "case numbers are not those of cases and known gaps",
    () => "update core.case_number_series set last_number = last_number + 1",
  ],
  ["a tally is not the number of cases", () => "update core.case_number_series set case_count = case_count - 1"],
  [
    "who reaches a case is not who is tied to it",
    ({ create }) => `insert into core.case_reach (case_id, way, reached_by, created_at)
      select c.id, 'JUDICIAL', 'somebody', c.created_at from core.cases as c where c.id = '${create.case_id}'`,
  ],
  [
    "an audit chain is broken",
    ({ edit }) => `update audit.entries set actor = 'somebody' where after ->> 'notes' = '${edit.token}'`,
  ],
  ["a document has not just one audit entry of its upload", document("pending", "pending")],
  ["a document was not scanned just once", document("clean", "processing")],
  ["a document was not read just once", document("clean", "complete")],
  ["a document is neither waiting for a worker nor done", document("pending", "pending")],
  [
    "a key was claimed, and no answer is kept",
    ({ edit }) => `update core.kept_answers set answer = null where key = '${edit.token}'`,
  ],
  [
    "a kept answer tells of a write that is not there",
    ({ move }) => `update core.kept_answers set key = '${REFUSED.token}' where key = '${move.token}'`,
  ],
  [
    "an acknowledged write has no kept answer",
    ({ create }) => `delete from core.kept_answers where key = '${create.token}'`,
  ],
];
