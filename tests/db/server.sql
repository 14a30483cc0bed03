\ir fixtures.psql

-- The server's login, before it becomes a caller: its rights, and no others.
create table fixture.schemas as
select n.oid, n.nspname from pg_namespace as n where n.nspname in ('api', 'core', 'audit', 'auth', 'worker', 'public'); -- and request, see catalog.sql
create table fixture.functions as
select p.oid, p.oid::regproc::text as name from pg_proc as p where p.pronamespace in (select s.oid from schemas as s);

select results_eq(
  $$select f.name from fixture.functions as f where has_function_privilege('casefile_api', f.oid, 'execute') order by 1$$,
  $$select unnest('{
    api.get_reference,api.list_courts,audit.newest_anchor,audit.seal_journals,auth.change_membership,auth.check_home,auth.claim_session,auth.count_log_in,auth.get_session,auth.log_in,auth.log_in_with_claims,auth.log_out,auth.log_out_provider,
    auth.look_at_replication,auth.resume,auth.sweep,auth.take_mark,auth.touch_session,worker.measure_queue,worker.measure_tasks
  }'::text[])$$,
  'the server''s login may call exactly these functions'
);
select results_eq(
  $$
    select c.oid::regclass::text || ' ' || v.verb
    from pg_class as c, unnest('{select,insert,update,references,delete,truncate,trigger}'::text[]) as v (verb)
    where c.relnamespace in (select s.oid from fixture.schemas as s) and c.relkind in ('r', 'v', 'm', 'f', 'p')
      and (
        has_table_privilege('casefile_api', c.oid, v.verb)
        or v.verb in ('select', 'insert', 'update', 'references') and has_any_column_privilege('casefile_api', c.oid, v.verb)
      )
    order by 1
  $$,
  $$values ('public.schema_migrations select')$$,
  'the server''s login may read only the list of migrations'
);
select is_empty(
  $$
    select c.oid::regclass
    from pg_class as c
    where c.relnamespace in (select s.oid from fixture.schemas as s) and case c.relkind when 'S' then has_sequence_privilege('casefile_api', c.oid, 'usage, select, update') end
  $$,
  'the server''s login may use no sequence'
);
select is_empty(
  $$select s.nspname from fixture.schemas as s where has_schema_privilege('casefile_api', s.oid, 'create')$$, 'the server''s login may create nothing in any schema'
);
select is(has_schema_privilege('casefile_api', 'core', 'usage'), false, 'the server''s login may not look into core');
select results_eq(
  $$select m.roleid::regrole::text from pg_auth_members as m where m.member = 'casefile_api'::regrole order by 1$$,
  $$select r from unnest(caller_roles()) as r order by 1$$,
  'the server''s login may take each caller role'
);
select is_empty(
  $$
    select r.rolname from pg_roles as r
    where r.rolname <> 'casefile_api' and pg_has_role('casefile_api', r.oid, 'usage')
  $$,
  'until SET ROLE, the server''s login has no rights of other roles'
);

-- SET ROLE keeps the login's settings, and so its limits for a request.
select is(
  array(select c from pg_roles as r, unnest(r.rolconfig) as c where r.rolname = 'casefile_api' and c ~ 'timeout' order by c),
  '{idle_in_transaction_session_timeout=5s,lock_timeout=1000ms,statement_timeout=1500ms}', 'the timeouts of the server''s login are short'
);

select act_as_server();
select is(outcome(s), 'ok', 'the server''s login may: ' || s) from unnest('{select auth.sweep(1000),select worker.measure_queue()}'::text[]) as s;
select is(outcome(s), '42501', 'it makes and alters no object, writes no audit, reads no secret and no directory: ' || s)
from unnest(array[
  'select api.get_protected()', 'select api.list_cases()', 'select api.create_case(''AGENCY_ADOPTION'')', 'select core.actor()',
  'select from core.case_reach', 'select audit.explain_refusal(''get_case'', null)', 'select audit.find_broken_chains()',
  'select auth.is_safe_return_url(''/'')', 'select auth.add_user(''x'', ''x'', ''x'', ''x'')', 'select auth.list_directory()',
  'select auth.mark_database(''LOCAL'')', 'select auth.find_session(null)', 'select auth.claims_prefix()', 'select from auth.secrets', 'select core.claim(''user_id'')', 'select auth.open_session(null, null, null)', 'select from auth.users', 'set role casefile_registrar', 'select from core.courts', 'insert into public.schema_migrations values (''x'')',
  'delete from public.schema_migrations', 'create table public.mine ()', 'create table auth.mine ()', 'create schema mine', 'create role mine',
  'set role casefile_owner', 'set role casefile_migrator', 'set role document_processor',
  'select worker.claim_document()', 'select worker.sweep()', 'select from core.documents', 'select from core.document_jobs',
  'select from core.kept_answers', 'select api.claim_key(''x'', sha256(''''))', 'select api.keep_answer(''x'', 1)', 'select auth.limit_sessions(''x'', null)',
  'create function worker.mine() returns integer language sql as ''select 1''', 'set session_replication_role = replica', 'alter role casefile_api createrole'
]) as s;
select lives_ok('select version from public.schema_migrations', 'the server''s login reads the list of migrations');

-- Naming a caller does not make one.
select act_as_dba();
create table fixture.forged as
select r as role, outcome_of.s as statement
from unnest(caller_roles()) as r, unnest(array[
  'select from core.cases', 'select from core.case_details', 'select from core.case_participants', 'select from core.assignments',
  'select from core.organisation_links', 'select from core.documents', 'select from core.document_texts', 'select from core.status_changes',
  'select from core.status_change_particulars', 'select from core.assignment_particulars', 'select from core.case_number_series',
  'select api.get_case(id_of(''ours''))', 'select from unnest((api.list_cases()).cases)', 'select api.get_protected()', 'select core.actor()', 'select core.caller()',
  'select api.claim_key(''x'', sha256(''''))', 'select audit.explain_refusal(''get_case'', id_of(''ours''))',
  'select audit.explain_refusal(''get_case'', core.new_id())'
]) as outcome_of (s);
create function fixture.reached(p_statement text) returns text language plpgsql as $$
declare
  v_count bigint;
begin
  execute p_statement;
  get diagnostics v_count = row_count;
  return case when v_count > 0 then 'rows' else 'nothing' end;
exception
  when others then return case when sqlstate in ('JCSES', 'JCMIS', '42501') then 'nothing' else sqlstate end;
end;
$$;
-- In another role, with every setting that ever existed.
create function fixture.forge(p_role text, p_statement text) returns text language plpgsql as $$
begin
  set local casefile.user_id = 'judge.one';
  set local casefile.court_code = 'BFC';
  set local casefile.organisation_id = 'la.one';
  execute format('set local role %I', p_role);
  return fixture.reached(p_statement);
end;
$$;
grant select on forged to public;
select act_as_server();
select is(forge(f.role, f.statement), 'nothing', format('without a session it is no user: %s, %s', f.role, f.statement)) from forged as f;

-- A session has one role, in one transaction.
select act_as_server();
\o /dev/null
select auth.log_in(sha256('a'), null, 'officer.one', 'HMCTS_CASE_OFFICER', 'Birmingham Family Court');
select auth.log_in(sha256('b'), null, 'judge.nobody', 'JUDGE_LEGAL_ADVISER', 'Birmingham Family Court');
select auth.resume(sha256('a'), null, null);
\o
select isnt(count(*), 0::bigint, 'a resumed session reaches its cases') from core.cases;
select is(forge(f.role, f.statement), 'nothing', format('an officer''s session gives nothing in another role: %s, %s', f.role, f.statement)) from forged as f where f.role <> 'hmcts_case_officer';
reset role;
savepoint resumed;
select auth.resume(sha256('b'), null, null);
select is(core.actor(), 'judge.nobody', 'another session can be resumed in the same transaction');
select is(forge(f.role, f.statement), 'nothing', format('a judge''s session gives nothing in another role: %s, %s', f.role, f.statement))
from forged as f where f.role not in ('hmcts_case_officer', 'judge_legal_adviser');
set local role hmcts_case_officer;
select is(core.actor(), 'officer.one', 'the earlier session still counts in its own role');
rollback to savepoint resumed;
set local role judge_legal_adviser;
select is(outcome('select core.actor()'), 'JCSES', 'a session whose resumption is rolled back does not count');

-- Nothing visible contains the names of the settings with claims.
select act_as_server();
select auth.resume(sha256('a'), null, null);
select is_empty($$select s.name from pg_settings as s where s.setting in ('officer.one', 'BFC')$$, 'no visible setting shows the claims');

select * from finish();
rollback;
