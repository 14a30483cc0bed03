-- The applicants and the judge of a case
create or replace function core.tg_assignments__participants()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform core.gather_participants(array[new.case_id]);
  return null;
end;
$$;

comment on function core.tg_assignments__participants() is
'Gathers the participants again when an applicant or a judge is assigned or revoked. core.tg_assignments__guard has locked the
case, so that none are missed. Definer: callers may not write them.';

revoke all on function core.tg_assignments__participants() from public;

create trigger tg_assignments__participants
after insert or update on core.assignments
for each row when (new.assignment_type in ('APPLICANT', 'JUDICIAL'))
execute function core.tg_assignments__participants();
alter table core.assignments enable always trigger tg_assignments__participants;
