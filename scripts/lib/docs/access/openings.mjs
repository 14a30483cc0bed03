// Grants and policies that might be widened by hand, and the only cells of the access matrix that this changes. Each is a line of
// scripts/gen-docs --check; {a,b} stands for a line with each.
const KINDS =
  "{own case,unassigned case,revoked case,tied in another role,other organisation,other court,deleted case}";

const DOCUMENT =
  "{id,case_id,filename,document_type,description,uploaded_by,uploaded_at,upload_status,file_size,file_hash,mime_type," +
  "version,virus_scan_status,virus_scan_completed_at,ocr_status,ocr_completed_at,ocr_failure_reason,deleted_at,ocr_page_count,ocr_pages_read,court_code}";
const CASE_CHANGES = "{status,status_reason,details_version,next_hearing,deleted_at}";
const PARTICIPANTS = "{case_id,court_code,applicant_ids,assigned_judge,organisation_ids}";

export const OPENINGS = [
  {
    what: "a column, to a role without any rows",
    sql: "grant select (last_number) on core.case_number_series to document_processor",
    cells: ["document_processor core.case_number_series select any row last_number: was no privilege, is policy"],
  },
  {
    what: "a column, and a policy that shows some of the rows",
    sql: `grant usage on schema core to casefile_registrar; grant select (filename) on core.documents to casefile_registrar;
      create policy opened on core.documents for select to casefile_registrar using (deleted_at is not null)`,
    cells: [
      "casefile_registrar core.documents select any row / {upload under way,upload failed} filename: was no privilege, is policy",
      "casefile_registrar core.documents select any row filename: was no privilege, is policy",
      "casefile_registrar core.documents select any row / deleted document filename: was no privilege, is yes",
    ],
  },
  {
    what: "a column to adopters, who see none of its rows",
    sql: "grant select (client_address) on audit.entries to adopter",
    cells: [
      `adopter audit.entries select ${KINDS} client_address: was no privilege, is policy`,
      "adopter without a session audit.entries select any row client_address: was no privilege, is policy",
    ],
  },
  {
    what: "the policy for select of an officer's cases",
    sql: "alter policy select_own_court on core.case_participants using (true)",
    cells: [
      `hmcts_case_officer core.case_participants select other court ${PARTICIPANTS}: was policy, is yes`,
      `hmcts_case_officer without a session core.case_participants select any row ${PARTICIPANTS}: was policy, is yes`,
    ],
  },
  {
    what: "a branch of a policy for select, that of deleted documents; their texts and downloads follow them",
    sql: `alter policy select_own on core.documents using (
      uploaded_by = (select core.claim('user_id')) and exists (select from core.case_reach as r where r.case_id = documents.case_id offset 0))`,
    cells: [
      `adopter core.documents select own case / its own row / deleted document ${DOCUMENT}: was policy, is yes`,
      "adopter core.document_texts select own case / its own row / deleted document {document_id,content,case_id,court_code}: was policy, is yes",
      "adopter core.document_downloads insert own case / its own document / deleted document {document_id,found_damaged}: was policy, is yes",
    ],
  },
  {
    what: "an adopter's redaction",
    sql: `create policy opened on core.organisation_links for select to adopter
      using (exists (select from core.case_reach as r where r.case_id = organisation_links.case_id))`,
    cells: [
      "adopter core.organisation_links select own case {id,case_id,organisation_id,organisation_type,linked_at,linked_by,unlinked_at,unlinked_by,court_code}: was policy, is yes",
    ],
  },
  {
    what: "the policy for update of an officer's cases, behind which the guard still refuses",
    sql: "alter policy update_own_court on core.cases using (true)",
    cells: [
      `hmcts_case_officer core.cases update other court ${CASE_CHANGES}: was policy, is guard JCMIS`,
      `hmcts_case_officer without a session core.cases update any row ${CASE_CHANGES}: was policy, is guard JCMIS`,
    ],
  },
  {
    what: "a column to change",
    sql: "grant update (case_type) on core.cases to judge_legal_adviser",
    cells: [
      "judge_legal_adviser core.cases update own case case_type: was no privilege, is guard JCFIX",
      "judge_legal_adviser core.cases update {unassigned case,revoked case,tied in another role,other organisation,other court,deleted case} case_type: was no privilege, is policy",
      "judge_legal_adviser without a session core.cases update any row case_type: was no privilege, is policy",
    ],
  },
  {
    what: "the policy for insert, behind which the guard still refuses",
    sql: "alter policy insert_own_court on core.assignments with check (true)",
    cells: [
      "hmcts_case_officer core.assignments insert {other court,deleted case} {case_id,user_id,assignment_type}: was policy, is guard JCMIS",
      "hmcts_case_officer without a session core.assignments insert any row {case_id,user_id,assignment_type}: was policy, is guard JCMIS",
    ],
  },
  {
    what: "rows to delete",
    sql: "grant delete on core.document_removals to document_processor",
    cells: ["document_processor core.document_removals delete any row / upload failed *: was no privilege, is policy"],
  },
];
