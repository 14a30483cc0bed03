-- Everybody may read these.

alter table core.document_types enable row level security;
alter table core.document_types force row level security;

create policy select_any on core.document_types for select
to casefile_caller
using (true);
comment on policy select_any on core.document_types is 'Everybody sees the document types.';

create policy all_to_owner on core.document_types for all
to casefile_owner
using (true);
comment on policy all_to_owner on core.document_types is 'An administrator changes the document types.';

revoke all on core.document_types from public;
grant select on core.document_types to casefile_caller;
