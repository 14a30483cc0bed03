-- Kept answers: for api.claim_key, api.keep_answer and auth.sweep alone. They hold what a caller was told of a case.

alter table core.kept_answers enable row level security;
alter table core.kept_answers force row level security;

create policy all_to_owner on core.kept_answers for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.kept_answers is
'Callers claim keys and are answered through functions of the owner, which look at no rows but the caller''s.';

revoke all on core.kept_answers from public;
