-- A case type as a number
create or replace function core.case_type_place(p_case_type core.case_type)
returns smallint
language sql
immutable
security invoker
as $$
  select (
    case p_case_type
      when 'AGENCY_ADOPTION' then 1
      when 'STEP_PARENT_ADOPTION' then 2
      when 'INTERCOUNTRY_ADOPTION' then 3
      when 'NON_AGENCY_ADOPTION' then 4
      when 'FOSTER_TO_ADOPT' then 5
      when 'ADOPTION_FOLLOWING_PLACEMENT_ORDER' then 6
    end
  )::smallint;
$$;

comment on function core.case_type_place(core.case_type) is
'The place of a type in core.case_type, from 1. core.cases.case_type_place is computed from it, so its result for a type never
changes.';

revoke all on function core.case_type_place(core.case_type) from public;
grant execute on function core.case_type_place(core.case_type) to casefile_caller;
