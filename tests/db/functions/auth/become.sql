\ir ../../fixtures.psql

select act_as_server();
select auth.become('CAFCASS_OFFICER', 'u', 'BFC', 'o', '00000000-0000-4000-8000-000000000002', '198.51.100.7');
select is(current_user, 'cafcass_officer', 'the role of the caller');
select is(
  (
    select string_agg(current_setting('casefile.' || s.name), ' ')
    from unnest('{user_id,court_code,organisation_id,request_id,client_address}'::text[]) as s (name)
  ),
  'u BFC o 00000000-0000-4000-8000-000000000002 198.51.100.7', 'its claims'
);
select is(current_setting('application_name'), 'casefile 00000000-0000-4000-8000-000000000002', 'the request, for the log');
select throws_ok($$select auth.become('HMCTS_CASE_OFFICER', 'u', 'BFC', null, null, null)$$, '42501', null, 'a caller becomes nobody else');

select act_as_server();
select auth.become('ADOPTER', 'v', null, null, null, null);
select is(
  (
    select string_agg(current_setting('casefile.' || s.name), '-')
    from unnest('{user_id,court_code,organisation_id,request_id,client_address}'::text[]) as s (name)
  ),
  'v----', 'nothing stays of the caller before'
);

select act_as_server();
select is(outcome(format('select auth.become(%L, %L, null, null, null, null)', r, 'u')), '42501', 'never ' || r)
from unnest(array['casefile_owner', 'casefile_migrator', (select login from dba)]) as r;
select is(outcome($$select auth.become('NOBODY', 'u', null, null, null, null)$$), '22023', 'nor a role that there is not');
select is(current_user, 'casefile_api', 'which leaves the server as it was');

select act_as_dba();
select is_empty(
  $$
    select r.rolname
    from pg_roles as r
    where r.rolname ~ '^(casefile_|hmcts|judge|cafcass|la_|vaa|adopter)' and r.rolname not in ('casefile_api', 'casefile_owner')
      and has_function_privilege(r.oid, 'auth.become(text, text, text, text, uuid, text)', 'execute')
      and not pg_has_role(r.oid, 'casefile_owner', 'usage')
  $$,
  'for the server''s login alone'
);

select * from finish();
rollback;
