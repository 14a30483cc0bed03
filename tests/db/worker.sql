\ir fixtures.psql
\ir documents.psql

-- The worker's login and role: their rights, and no others.
create table fixture.schemas as
select n.oid, n.nspname from pg_namespace as n where n.nspname in ('api', 'core', 'audit', 'auth', 'worker', 'public');
create table fixture.functions as
select p.oid, p.oid::regproc::text as name from pg_proc as p where p.pronamespace in (select s.oid from schemas as s);
create function fixture.may(p_role text) returns setof text language sql as $$
  select c.oid::regclass::text || ' ' || v.verb
  from pg_class as c, unnest('{select,insert,update,references,delete,truncate,trigger}'::text[]) as v (verb)
  where c.relnamespace in (select s.oid from schemas as s) and c.relkind in ('r', 'v', 'm', 'f', 'p')
    and (
      has_table_privilege(p_role, c.oid, v.verb)
      or v.verb in ('select', 'insert', 'update', 'references') and has_any_column_privilege(p_role, c.oid, v.verb)
    )
  union all
  select f.name from functions as f where has_function_privilege(p_role, f.oid, 'execute')
  union all
  select c.oid::regclass::text || ' numbers'
  from pg_class as c
  where c.relnamespace in (select s.oid from schemas as s)
    and case c.relkind when 'S' then has_sequence_privilege(p_role, c.oid, 'usage, select, update') end
  union all
  select s.nspname || ' ' || v.verb from schemas as s, unnest('{create,usage}'::text[]) as v (verb)
  where s.nspname <> 'public' and has_schema_privilege(p_role, s.oid, v.verb)
  order by 1;
$$;

select is(array(select may('casefile_worker')), '{}', 'the worker''s login may do nothing');
select is(
  array(select m from may('document_processor') as m order by m collate "C"), '{
    core usage,core.actor,core.actor_role,core.caller_role,core.check_length,"core.document_jobs delete","core.document_jobs select","core.document_jobs update",
    "core.document_removals insert","core.document_removals select","core.document_texts insert","core.documents select","core.documents update",
    core.file_type,"core.file_types select",core.is_normal,core.new_id,core.refuse,core.trimmed,worker usage,worker.check_home,worker.claim_document,
    worker.give_up,worker.hold_lease,worker.read_again,worker.record_failure,worker.record_removal,worker.record_scan,worker.record_text,worker.sweep
  }', 'the worker''s role may do exactly this'
);
select results_eq(
  $$select m.roleid::regrole::text from pg_auth_members as m where m.member = 'casefile_worker'::regrole$$, $$values ('document_processor')$$,
  'the worker''s login may take no other role'
);
select is_empty(
  $$select m.roleid::regrole from pg_auth_members as m where m.member = 'document_processor'::regrole$$, 'no other role has the worker''s role through membership'
);
select results_eq(
  $$select m.member::regrole::text from pg_auth_members as m where m.roleid = 'document_processor'::regrole$$, $$values ('casefile_worker')$$,
  'only the worker''s login may take the worker''s role'
);
select is(
  pg_has_role('casefile_worker', 'document_processor', 'usage'), false, 'until SET ROLE, the worker''s login has no rights'
);

select is(
  array(select c from pg_roles as r, unnest(r.rolconfig) as c where r.rolname = 'casefile_worker' and c ~ 'timeout' order by c),
  '{idle_in_transaction_session_timeout=30s,lock_timeout=10s,statement_timeout=30s}', 'the timeouts of the worker''s login are set'
);

create table fixture.attempts as
select s from unnest(array[
  'select api.get_document(document(''order''))', 'select api.list_cases()', 'select api.download_document(document(''clean''))',
  'select auth.resume(sha256(''''), null, null)', 'select auth.log_in(sha256(''''), null, ''x'', ''ADOPTER'')',
  'select audit.explain_refusal(''get_case'', null)', 'select audit.append(id_of(''ours''), ''x'', ''x'', ''UPDATE'', null, null)',
  'select auth.sweep(1)', 'select auth.count_log_in(''x'', 1)', 'select worker.measure_queue()',
  'select api.claim_key(''x'', sha256(''''))', 'select api.keep_answer(''x'', 1)', 'select from core.kept_answers', 'select core.find_document(document(''order''))', 'select from core.case_reach', 'select from core.cases', 'select from core.case_details',
  'select from core.assignments', 'select from core.organisation_links', 'select from core.status_changes', 'select from core.courts',
  'select from audit.entries', 'select from audit.refusals', 'select from audit.chains', 'select from auth.sessions', 'select from core.document_texts',
  'select from core.document_downloads', 'select from core.document_types', 'update core.cases set next_hearing = now()', 'delete from core.documents',
  'insert into core.document_jobs (document_id) values (document(''begun''))', 'create table core.mine ()', 'create table worker.mine ()',
  'create or replace function worker.sweep() returns void language sql as ''''', 'create schema mine', 'create role mine', 'set role casefile_owner',
  'set role casefile_api', 'set role hmcts_case_officer', 'set role casefile_caller', 'set role casefile_professional', 'set session_replication_role = replica',
  'alter table core.documents disable trigger tg_documents__guard', 'set local row_security = off; select from core.cases'
]) as s;
grant select on fixture.attempts to public;

select act_as_worker();
select is(outcome(a.s), '42501', 'the worker''s role is refused: ' || a.s) from attempts as a;
select is(outcome('drop owned by current_user'), '42501', 'the worker''s role cannot take itself out of the policies');
select is(outcome(v), 'ok', 'the worker''s role may: ' || v)
from unnest('{select worker.claim_document(),select worker.sweep(),select from core.documents,listen document_jobs}'::text[]) as v;

-- A caller's claims give it nothing.
select set_claims('document_processor', 'officer.one', 'BFC', null);
select is(outcome('select from core.cases'), '42501', 'claims give the worker''s role no case');

select act_as_dba();
set local session authorization casefile_worker;
select is(outcome(a.s), '42501', 'the worker''s login is refused: ' || a.s) from attempts as a;
select is(outcome(v), '42501', 'before SET ROLE, the worker''s login is refused: ' || v) from unnest('{select worker.claim_document(),select worker.sweep(),select from core.documents}'::text[]) as v;

select act_as_server();
select is(outcome(v), '42501', 'the server''s login is refused: ' || v)
from unnest('{set role document_processor,select worker.sweep(),select from core.documents}'::text[]) as v;

select * from finish();
rollback;
