-- Which case a kept answer is about
create or replace function core.answered_case_id(p_answer jsonb)
returns uuid
language sql
immutable
security invoker
set search_path = ''
as $$
  select coalesce(p_answer ->> 'case_id', p_answer -> 'case_record' ->> 'id', p_answer ->> 'id')::uuid;
$$;

comment on function core.answered_case_id(jsonb) is
'The case of a kept answer, which is a case or belongs to one; null for an answer about no case.';

revoke all on function core.answered_case_id(jsonb) from public;
grant execute on function core.answered_case_id(jsonb) to casefile_caller;
