-- migrate:up

create schema api;
create schema core;
create schema audit;
create schema auth;

comment on schema api is 'The operations: one function for each of the HTTP API. Nothing here owns data.';
comment on schema core is 'Cases, courts, assignments and their rules.';
comment on schema audit is 'What was done, and what was refused. Append-only.';
comment on schema auth is 'Sessions, and how the server becomes a caller.';

-- A function is executable by whom its file says, and by nobody else.
alter default privileges revoke execute on functions from public;

-- The server's login needs to see a schema to prepare a call that only its callers may execute.
grant usage on schema api, audit to casefile_caller, casefile_api;
grant usage on schema core to casefile_caller;
grant usage on schema auth to casefile_api;

-- A server refuses to start on a database that lacks one of its migrations.
grant select on public.schema_migrations to casefile_api;

create type core.user_role as enum (
  'HMCTS_CASE_OFFICER', 'JUDGE_LEGAL_ADVISER', 'CAFCASS_OFFICER', 'LA_SOCIAL_WORKER', 'VAA_WORKER', 'ADOPTER'
);
comment on type core.user_role is 'Who a caller is. The database role of the same name in lower case is what it may do.';

create type core.case_type as enum (
  'AGENCY_ADOPTION', 'STEP_PARENT_ADOPTION', 'INTERCOUNTRY_ADOPTION', 'NON_AGENCY_ADOPTION',
  'FOSTER_TO_ADOPT', 'ADOPTION_FOLLOWING_PLACEMENT_ORDER'
);

create type core.case_status as enum (
  'APPLICATION', 'DIRECTIONS', 'CONSENT_AND_REPORTING', 'FINAL_HEARING',
  'ORDER_GRANTED', 'APPLICATION_REFUSED', 'APPLICATION_WITHDRAWN', 'ON_HOLD', 'ADJOURNED'
);
comment on type core.case_status is
'Where a case stands. core.status_transitions says what may follow; a status that nothing may follow is terminal.';

create type core.assignment_type as enum ('JUDICIAL', 'CAFCASS', 'SOCIAL_WORKER', 'APPLICANT');

create type core.organisation_type as enum ('LOCAL_AUTHORITY', 'VOLUNTARY_AGENCY');

create type audit.action as enum (
  'CREATE', 'STATUS_CHANGE', 'UPDATE', 'DELETE', 'ASSIGNMENT_CREATE', 'ASSIGNMENT_REVOKE',
  'ORGANISATION_LINK', 'ORGANISATION_UNLINK'
);

-- migrate:down

drop schema auth;
drop type audit.action;
drop schema audit;
drop type core.organisation_type, core.assignment_type, core.case_status, core.case_type, core.user_role;
drop schema core;
drop schema api;
revoke select on public.schema_migrations from casefile_api;
alter default privileges grant execute on functions to public;
