\ir ../../fixtures.psql
\ir ../../directory.psql

select act_as_dba();
create function fixture.found() returns text language sql as $$
  select string_agg(concat_ws(' ', f.entity, case f.entity when 'user' then f.entity_id end, f.problem), ', ' order by f.entity, f.entity_id, f.problem)
  from auth.find_directory_faults() as f;
$$;
select is(found(), null, 'all is as it was recorded');
set local timezone = 'Pacific/Auckland';
select is(found(), null, 'in any time zone');
set local role casefile_owner;
select is(found(), null, 'as the owner sees it, too');
select act_as_dba();

select disable_triggers();
savepoint whole;
create function fixture.found_after(p_statement text) returns text language plpgsql as $$
declare
  v_found text;
begin
  execute p_statement;
  v_found := found();
  raise exception using errcode = 'UNDO0', message = coalesce(v_found, 'nothing');
exception
  when sqlstate 'UNDO0' then
    return sqlerrm;
end;
$$;
select is(found_after(t.statement), t.found, t.statement)
from (
  values
    ('update auth.users set name = name || ''!'' where user_id = (select min(user_id) from auth.users)', (select format('user %s is not as its last change left it', min(u.user_id)) from auth.users as u)),
    ('insert into auth.users (user_id, issuer, subject, name) values (''new'', ''x'', ''y'', ''z'')', 'user new was never recorded'),
    ('insert into auth.memberships (id, user_id, user_role) select core.new_id(), min(user_id), ''JUDGE_LEGAL_ADVISER'' from auth.users', 'membership was never recorded'),
    ('update auth.memberships set ended_at = null, user_role = ''JUDGE_LEGAL_ADVISER'' where id = (select min(id::text)::uuid from auth.memberships)', 'membership is not as its last change left it'),
    ('delete from auth.memberships where id = (select min(id::text)::uuid from auth.memberships)', 'membership is gone'),
    ('update auth.claim_rules set value = value || ''!'' where id = (select min(id::text)::uuid from auth.claim_rules)', 'claim rule is not as its last change left it'),
    ('insert into auth.claim_rules (id, issuer, claim_path, value, user_role) values (core.new_id(), ''x'', ''{groups}'', ''x'', ''ADOPTER'')', 'claim rule was never recorded'),
    ('delete from auth.claim_rules', 'claim rule is gone, claim rule is gone, claim rule is gone'),
    ('delete from auth.directory_changes as c where c.id = (select max(d.id) from auth.directory_changes as d where d.entity = ''user'' and d.before is null)', 'user nora was never recorded')
) as t (statement, found);
select is(outcome(c.name, 'select auth.find_directory_faults()'), '42501', 'not for ' || c.name) from callers as c;

select * from finish();
rollback;
