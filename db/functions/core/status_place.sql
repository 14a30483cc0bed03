-- The place of a status in a case's life
create or replace function core.status_place(p_status core.case_status)
returns smallint
language sql
immutable
security invoker
as $$
  select (
    case p_status
      when 'APPLICATION' then 1
      when 'DIRECTIONS' then 2
      when 'CONSENT_AND_REPORTING' then 3
      when 'FINAL_HEARING' then 4
      when 'ORDER_GRANTED' then 5
      when 'APPLICATION_REFUSED' then 6
      when 'APPLICATION_WITHDRAWN' then 7
      when 'ON_HOLD' then 8
      when 'ADJOURNED' then 9
    end
  )::smallint;
$$;

comment on function core.status_place(core.case_status) is
'The place of a status in core.case_status, from 1. core.cases.status_place is computed from it, so its result for a status never
changes.';

revoke all on function core.status_place(core.case_status) from public;
grant execute on function core.status_place(core.case_status) to casefile_caller;
