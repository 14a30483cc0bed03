-- The side of a user in a case
create or replace function core.side_of(p_case_id uuid, p_user_id text)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- Even if revoked: an applicant uploaded as an adopter.
  if exists (
    select from core.assignments as a
    where a.case_id = p_case_id and a.user_id = p_user_id and a.assignment_type = 'APPLICANT'
  ) then
    return 'ADOPTER';
  end if;

  return 'PROFESSIONALS';
end;
$$;

comment on function core.side_of(uuid, text) is
'ADOPTER for the applicants of the case, otherwise PROFESSIONALS. Each side has its own versions, because an adopter may not see
those of professionals.';

revoke all on function core.side_of(uuid, text) from public;
grant execute on function core.side_of(uuid, text) to casefile_caller;
