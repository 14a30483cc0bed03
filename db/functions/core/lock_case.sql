-- A case within the caller's reach, locked for a change
create or replace function core.lock_case(
  p_case_id uuid,
  p_expected_version integer,
  p_any_of integer[] default null
)
returns core.cases
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases;
begin
  -- Not FOR UPDATE: that and the foreign key checks of side rows would deadlock.
  select * into v_case
  from core.cases as c
  where c.id = p_case_id and c.deleted_at is null
  for no key update;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  if v_case.version <> p_expected_version or not v_case.version = any (p_any_of) then
    raise exception using
      errcode = 'JCVER',
      message = 'Somebody else has changed the case. Read it again',
      detail = jsonb_build_object('currentVersion', v_case.version)::text;
  end if;

  return v_case;
end;
$$;

comment on function core.lock_case(uuid, integer, integer[]) is
'The current case, locked until the end of the transaction, if its version is the stated one, or one of several. Null states none.
Errors: JCMIS no case within reach; JCVER stale version.';

revoke all on function core.lock_case(uuid, integer, integer[]) from public;
grant execute on function core.lock_case(uuid, integer, integer[]) to hmcts_case_officer, judge_legal_adviser;
