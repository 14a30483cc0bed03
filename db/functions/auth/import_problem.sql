-- An error in a field of a file
create or replace function auth.import_problem(p_state text, p_message text, p_constraint text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select case
    when p_state = 'JCVAL' then p_message
    when p_state = '23502' then 'It is missing'
    when p_state = '23505' then 'Another user has this issuer and subject'
    when p_state = '22P02' then 'It is neither true nor false'
    when p_constraint like '%_within_limit' then 'It is too long'
    when p_constraint = 'memberships_officer_has_court' then 'A case officer needs a court'
    when p_constraint = 'memberships_agency_worker_has_organisation' then 'An agency worker needs an organisation'
    when p_constraint = 'memberships_organisation_is_of_its_workers' then 'This role has no organisation'
    else p_message
  end;
$$;

comment on function auth.import_problem(text, text, text) is
'An error of a row, in the words of the file.';

revoke all on function auth.import_problem(text, text, text) from public;
