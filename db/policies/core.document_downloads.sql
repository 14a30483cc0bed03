-- Downloads: written by the downloading user, read by nobody; the audit trail has them.

alter table core.document_downloads enable row level security;
alter table core.document_downloads force row level security;

create policy insert_reached on core.document_downloads for insert
to casefile_caller
with check (exists (select from core.documents as d where d.id = document_id offset 0));
comment on policy insert_reached on core.document_downloads is 'Every user who may read the document, by the policies of core.documents.';

revoke all on core.document_downloads from public;
-- Also one by one. A role may say DROP OWNED BY itself, which would take it out of every policy. It fails where the role has columns
-- and nothing else.
grant insert (document_id, found_damaged) on core.document_downloads
  to casefile_caller, casefile_professional, hmcts_case_officer, judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker, adopter;
