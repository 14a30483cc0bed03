\ir fixtures.psql
\ir directory.psql

-- A registrar: its functions, and nothing else.
select act_as_dba();
create table fixture.functions as
select p.oid, p.oid::regproc::text as name
from pg_proc as p where p.pronamespace::regnamespace::text in ('api', 'core', 'audit', 'auth', 'worker', 'public');
create table fixture.tables as
select c.oid, c.oid::regclass::text as name
from pg_class as c
where c.relnamespace::regnamespace::text in ('core', 'audit', 'auth', 'public') and c.relkind in ('r', 'S');

select results_eq(
  $$select f.name from fixture.functions as f where has_function_privilege('rita_registrar', f.oid, 'execute') order by 1$$,
  $$select unnest('{
    auth.add_claim_rule,auth.add_membership,auth.add_user,auth.change_user,auth.end_claim_rule,auth.end_membership,auth.end_sessions,
    auth.import_directory,auth.list_claim_rules,auth.list_directory
  }'::text[])$$,
  'a registrar may call exactly these functions'
);
select is_empty(
  $$
    select t.name, v.verb
    from fixture.tables as t
    cross join unnest('{select,insert,update,delete,truncate,references,trigger}'::text[]) as v (verb)
    where t.oid in (select c.oid from pg_class as c where c.relkind = 'r') and (
      has_table_privilege('rita_registrar', t.oid, v.verb)
      or v.verb in ('select', 'insert', 'update', 'references') and has_any_column_privilege('rita_registrar', t.oid, v.verb)
    )
  $$,
  'a registrar reads and writes no table directly'
);
select is_empty(
  $$select r.rolname from pg_roles as r where r.rolname not in ('rita_registrar', 'casefile_registrar') and pg_has_role('rita_registrar', r.oid, 'member')$$,
  'a registrar may take no other role'
);

-- So it locks no table, and only rows that it has changed.
select act_as_registrar();
select is(outcome(s), '42501', 'a registrar is refused: ' || s)
from unnest(array[
  'lock table auth.users', 'lock table auth.users in access share mode', 'lock table auth.sessions', 'lock table core.cases',
  'select from auth.users for update', 'select from auth.memberships for share', 'select from auth.sessions', 'select from auth.sign_ins',
  'select from auth.directory_changes', 'select from auth.secrets', 'select from core.cases', 'select from audit.entries',
  'alter table auth.users disable trigger all', 'create table auth.mine ()', 'set role casefile_owner', 'set role casefile_api', 'set role hmcts_case_officer',
  'select auth.resume(sha256(''''), null, null)', 'select auth.log_in(sha256(''''), null, ''x'', ''ADOPTER'')', 'select auth.claims_prefix()',
  'select auth.mark_database(''LOCAL'')', 'select auth.sweep(1)', 'select auth.count_log_in(''x'', 1)', 'select auth.log_out(sha256(''''))', 'select core.claim(''user_id'')'
]) as s;

select * from finish();
rollback;
