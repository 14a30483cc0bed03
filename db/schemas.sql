-- The schemas, and who may look into them. What stands in them says for itself who may use it.

create schema api;
create schema core;
create schema audit;
create schema auth;
create schema worker;
create schema request;

comment on schema api is 'The operations: one function for each of the HTTP API. Nothing here owns data.';
comment on schema core is 'Cases, courts, assignments and their rules.';
comment on schema audit is 'What was done, and what was refused. Append-only.';
comment on schema auth is 'Who may sign in, sessions, and how the server becomes a caller.';
comment on schema request is 'What the server calls: each operation of schema api under its name, as the caller of a session. Written by scripts/gen-migration.';
comment on schema worker is 'What the document worker does: claims documents, and records what it found.';

-- A function is executable by whom its file says, and by nobody else.
alter default privileges revoke execute on functions from public;

grant usage on schema request to casefile_api;
-- Servers up to 0.5.0 prepare calls that only their callers may execute, and need to see their schema for that.
grant usage on schema api, audit to casefile_caller, casefile_api;
grant usage on schema core to casefile_caller, document_processor;
grant usage on schema auth to casefile_api, casefile_registrar;
grant usage on schema worker to casefile_api, document_processor;

-- A server refuses to start on a database that lacks one of its migrations.
grant select on public.schema_migrations to casefile_api;
