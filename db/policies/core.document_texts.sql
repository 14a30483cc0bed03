-- The text of a document: for everybody who may read the document.

alter table core.document_texts enable row level security;
alter table core.document_texts force row level security;

create policy select_own_court on core.document_texts for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));
comment on policy select_own_court on core.document_texts is 'An officer, of the cases of its own court.';

create policy select_reached on core.document_texts for select
to casefile_professional, adopter
using (exists (select from core.documents as d where d.id = document_id offset 0));
comment on policy select_reached on core.document_texts is 'Everybody else who may read the document, by the policies of core.documents.';

create policy insert_to_processor on core.document_texts for insert
to document_processor
with check (true);
comment on policy insert_to_processor on core.document_texts is 'The worker alone writes texts.';

revoke all on core.document_texts from public;
grant select on core.document_texts to casefile_caller;
grant insert (document_id, content) on core.document_texts to document_processor;
