-- migrate:up

-- What the operations answer with: built-in types only, so that any client reads them.

create type api.caller as (
  user_id text, username text, user_role text, court_assignment text, organisation_id text
);
comment on type api.caller is 'Who is calling. court_assignment is the court''s name.';

create type api.greeting as (message text, caller api.caller);

create type api.key_dates as (application_date timestamptz, next_hearing timestamptz);

create type api.case_permissions as (
  can_edit boolean, can_update_status boolean, can_delete boolean, can_view_audit boolean, valid_transitions text[]
);
comment on type api.case_permissions is 'What this caller may do with this case next.';

create type api.case_record as (
  id uuid,
  case_number text,
  case_type text,
  status text,
  assigned_court text,
  court_code text,
  created_by text,
  created_at timestamptz,
  updated_at timestamptz,
  version integer,
  applicant_ids text[],
  assigned_judge text,
  organisation_ids text[],
  status_reason text,
  notes text,
  internal_notes text,
  staff_comments text,
  linked_family_court_case_reference text,
  key_dates api.key_dates,
  attention text,
  permissions api.case_permissions,
  redacted boolean
);
comment on type api.case_record is 'A case as its caller may see it; what it may not see is null.';

create type api.status_history_entry as (
  from_status text, to_status text, changed_at timestamptz, changed_by text
);

create type api.case_read as (case_record api.case_record, history api.status_history_entry[]);

create type api.status_change as (case_record api.case_record, previous_status text);

create type api.pagination as (
  total bigint, page integer, page_size integer, total_pages bigint, next_cursor text
);

create type api.case_page as (cases api.case_record[], pagination api.pagination);

create type api.audit_entry as (
  id text,
  case_id uuid,
  action text,
  actor text,
  actor_role text,
  occurred_at timestamptz,
  changes jsonb,
  request_id uuid
);

create type api.audit_page as (entries api.audit_entry[], pagination api.pagination);

create type api.assignment as (
  id uuid, case_id uuid, user_id text, assignment_type text, created_at timestamptz, created_by text
);

create type api.organisation_link as (
  case_id uuid, organisation_id text, organisation_type text, created_at timestamptz, created_by text
);

create type auth.log_in as (caller api.caller, redirect_url text);

create type audit.refusal as (code text, message text, extra jsonb);
comment on type audit.refusal is 'NOT_FOUND or FORBIDDEN, a sentence for people, and more fields for the answer.';

-- migrate:down

drop type audit.refusal;
drop type auth.log_in;
drop type api.organisation_link, api.assignment, api.audit_page, api.audit_entry, api.case_page, api.pagination,
  api.status_change, api.case_read, api.status_history_entry, api.case_record, api.case_permissions, api.key_dates,
  api.greeting, api.caller;
