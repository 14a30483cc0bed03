-- Kept answers: written only by core.take_key, api.keep_answer and auth.sweep. They repeat what a caller saw of a case.

alter table core.kept_answers enable row level security;
alter table core.kept_answers force row level security;

create policy select_own on core.kept_answers for select
to casefile_caller
using (
  user_role = (select core.caller_role())
  and user_id = (select core.claim('user_id'))
  and exists (
    select from core.cases as c where c.id = core.answered_case_id(answer) and c.deleted_at is null offset 0
  )
);
comment on policy select_own on core.kept_answers is
'A caller gets its kept answers again while it reaches the case, by the policies of core.cases.';

create policy all_to_owner on core.kept_answers for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.kept_answers is
'Callers claim keys and keep answers through functions of the owner, which look at no rows but the caller''s.';

revoke all on core.kept_answers from public;
grant select on core.kept_answers to casefile_caller;
