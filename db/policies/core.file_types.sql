-- Everybody may read these.

alter table core.file_types enable row level security;
alter table core.file_types force row level security;

create policy select_any on core.file_types for select
to casefile_caller, document_processor
using (true);
comment on policy select_any on core.file_types is 'Everybody sees which files are allowed.';

create policy all_to_owner on core.file_types for all
to casefile_owner
using (true);
comment on policy all_to_owner on core.file_types is 'An administrator changes which files are allowed; core.tg_documents__number checks as the owner.';

revoke all on core.file_types from public;
grant select on core.file_types to casefile_caller, document_processor;
