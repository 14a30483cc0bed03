\ir fixtures.psql
\ir documents.psql
\ir keys.psql

-- A caller's attempts with its own SQL, beyond the tables of tests/db/policies. Tests for the promises of db/README.md are in
-- attacks/ and server.sql.
create table fixture.six as
select c.name from callers as c where c.name in ('officer', 'judge', 'cafcass', 'social_worker', 'agency', 'adopter');
grant select on fixture.six to public;
create function fixture.set_to(p_name text, p_value text, p_statement text) returns integer[] language plpgsql as $$
begin
  perform fixture.act_as('officer');
  perform fixture.state(p_name, p_value);
  return fixture.moves(fixture.id_of('ours'), p_statement);
end;
$$;
create temp table before as select everything() as digest;

-- Rights of the server, of triggers and of the owner.
select is(outcome(s.name, a), '42501', format('%s: %s', s.name, a))
from six as s, unnest(array[
  'select auth.log_in_with_claims(null, null, null, null, null, null, null, null, null, null)', 'select auth.resume(sha256(''''), null, null)', 'select request.get_case(sha256(''''), null, null, null)',
  'select auth.find_session(sha256(''''))', 'select auth.claim_session(sha256(''''), false)', 'select auth.claims_prefix()', 'select from auth.secrets', 'select auth.get_session(sha256(''''))', 'select auth.touch_session(sha256(''''))',
  'select auth.log_in(sha256(''''), null, ''x'', ''ADOPTER'')', 'select auth.log_out(sha256(''''))',
  'select auth.sweep(1)', 'select auth.count_log_in(''x'', 1)', 'select auth.limit_sessions(''officer.one'', ''HMCTS_CASE_OFFICER'')', 'select worker.measure_queue()',
  'update core.kept_answers set answer = null', 'delete from core.kept_answers',
  'select audit.append(id_of(''ours''), ''x'', ''x'', ''UPDATE'', null, null)', 'select audit.find_broken_chains()',
  'select audit.case_image(c) from core.cases as c', 'select audit.changed_fields(''{}'', ''{}'')',
  'select core.tg_cases__number()', 'select core.tg_cases__guard()', 'select core.tg_cases__history()', 'select core.tg_assignments__particulars()',
  'select core.tg_case_details__stamp()', 'select core.tg_documents__guard()', 'select core.tg_documents__number()', 'select core.tg_documents__queue()',
  'select audit.tg_documents__audit()', 'select audit.tg_document_downloads__audit()', 'select worker.claim_document()', 'select worker.sweep(-1)',
  'select worker.record_text(document(''order''), null, ''x'')', 'select nextval(''core.document_downloads_id_seq'')', 'set role document_processor',
  'alter table core.documents disable trigger tg_documents__guard', 'lock table core.document_jobs in share mode', 'select audit.tg_cases__audit()', 'select audit.tg_refuse_change()',
  'select nextval(''audit.entries_id_seq'')', 'select setval(''audit.entries_id_seq'', 1)', 'select nextval(''core.status_changes_id_seq'')',
  'alter table core.cases disable trigger tg_cases__guard', 'alter table core.cases disable row level security',
  'alter table audit.entries disable trigger all', 'drop trigger tg_entries__refuse_change on audit.entries',
  'create policy mine on core.cases using (true)', 'drop policy select_own_court on core.cases', 'drop table core.cases',
  'create table core.mine ()', 'create table public.mine ()', 'create function api.mine() returns int language sql as ''select 1''',
  'create or replace function core.actor() returns text language sql as ''select ''''x''''''', 'comment on table core.cases is ''mine''',
  'create temp table mine (like core.cases); create trigger mine before insert on mine for each row execute function core.tg_cases__number()',
  'set session_replication_role = replica', 'set role casefile_owner', 'set role casefile_migrator',
  'set local row_security = off; select from core.cases; select from core.assignments',
  'set local row_security = off; update core.cases set status = ''ADJOURNED''',
  'set plpgsql.variable_conflict = use_column', 'lock table core.cases in access exclusive mode', 'lock table audit.entries in share mode',
  'select pg_read_file(''/etc/passwd'')', 'copy core.cases to program ''true''', 'copy core.cases to ''/tmp/cases''', 'select rolpassword from pg_authid'
]) as a;
select is(outcome(s.name, 'grant select on audit.chains to adopter; select from audit.chains'), '42501', 'a caller cannot grant itself the chains: ' || s.name) from six as s;
select is(outcome(s.name, 'select c.id from core.cases as c for update'), '42501', s.name || ' cannot lock a row of a case')
from six as s where s.name not in ('officer', 'judge');
select act_as_dba();
select is(everything(), digest, 'the attempts change nothing') from before;

-- Attempts with documents.
select act_as_dba();
create temp table before_documents as select everything() as digest;
select is(outcome(n, a), code, format('%s: %s', n, a))
from (
  values
    -- An adopter does not see another's upload, and nobody else ends it.
    ('spouse', 'select api.complete_upload(document(''begun''), 1, hash_of(''x''), ''application/pdf'')', 'JCNIL'),
    ('officer', 'update core.documents set upload_status = ''complete'', file_size = 1, file_hash = hash_of(''x''), mime_type = ''application/pdf'' where id = document(''begun'')', 'JCFIX'),
    ('officer', 'update core.documents set upload_status = ''failed'' where id = document(''begun'')', 'JCFIX'),
    ('officer', 'update core.documents set upload_status = ''failed'', deleted_at = now() where id = document(''begun'')', 'JCFIX'),
    -- A document cannot take another's bytes, nor a name of another type.
    ('adopter', 'update core.documents set file_hash = hash_of(''x'') where id = document(''passport'') returning file_size / 0', 'ok'),
    ('adopter', 'update core.documents set upload_status = ''complete'', file_size = 1, file_hash = hash_of(''x''), mime_type = ''text/html'' where id = document(''begun'')', 'JCVAL'),
    ('adopter', 'update core.documents set upload_status = ''complete'', file_size = 20971521, file_hash = hash_of(''x''), mime_type = ''application/pdf'' where id = document(''begun'')', 'JCVAL'),
    ('adopter', 'update core.documents set upload_status = ''complete'', file_size = 1, file_hash = hash_of(''order''), mime_type = ''application/pdf'' where id = document(''begun'')', 'JCSAM'),
    ('adopter', 'update core.documents set upload_status = ''failed'', mime_type = ''x'' where id = document(''begun'')', 'JCFIX'),
    -- Forbidden uploads fail.
    ('adopter', 'insert into core.documents (case_id, filename, document_type) values (id_of(''ours''), ''../a.pdf'', ''court-order'')', 'JCVAL'),
    ('adopter', 'insert into core.documents (case_id, filename, document_type) values (id_of(''ours''), ''a.html'', ''court-order'')', 'JCVAL'),
    ('adopter', 'insert into core.documents (case_id, filename, document_type) values (id_of(''ours''), '' a.pdf'', ''court-order'')', '23514'),
    ('adopter', 'insert into core.documents (case_id, filename, document_type) values (id_of(''ours''), ''a.pdf'', ''other'')', 'JCVAL'),
    ('adopter', 'insert into core.documents (case_id, filename, document_type) values (id_of(''ours''), ''a.pdf'', ''court-order'') on conflict (id) do update set filename = ''b.pdf''', '42501'),
    -- An adopter learns nothing of hidden documents.
    ('adopter', 'select d.version / 0 from core.documents as d where d.filename = ''order.pdf''', 'ok'),
    ('adopter', 'select d.filename::integer from core.documents as d where d.uploaded_by <> ''adopter.one''', 'ok'),
    ('spouse', 'select length(t.content) / 0 from core.document_texts as t', 'ok'),
    -- Deletion is final.
    ('officer', 'update core.documents set deleted_at = null where id = document(''removed'')', 'JCFIX'),
    ('officer', 'update core.documents set upload_status = ''complete'' where id = document(''removed'')', 'JCFIX')
) as v (n, a, code);
select is(
  detail($$update core.documents set upload_status = 'complete', file_size = 1, file_hash = hash_of('order'), mime_type = 'application/pdf' where id = document('begun')$$),
  null, 'an update by hand does not name the first document'
) from act_as('adopter');
select act_as_dba();
select is(everything(), digest, 'the attempts with documents change nothing') from before_documents;

-- Attempts with keys: a caller has its own, and cannot spoil others.
select act_as('officer');
select claim('k'), api.keep_answer('k', api.update_case(id_of('ours'), 2, '{"notes": "for the court alone"}'));
select act_as_dba();
create temp table before_keys as select everything() as digest, kept('k') as kept;
grant select on before_keys to public;
select is(outcome(c.name, 'select 1 / (claim(''k'') is null)::integer'), 'ok', 'a key is unknown to this other caller: ' || c.name)
from callers as c where c.name <> 'officer';
select is(outcome(n, 'select api.keep_answer(''k'', 1)'), 'JCKEY', 'no other answer can be kept under the key by ' || n) from unnest('{officer,judge,adopter}'::text[]) as n;
select is(outcome('adopter', 'select set_claims(''ADOPTER'', ''officer.one'', null, null); select 1 / (claim(''k'') is null)::integer'), 'ok', 'a user with the same name in another role does not have the key');
select is(outcome('officer', 'select set_claims(''HMCTS_CASE_OFFICER'', ''officer.one'', ''LDFC'', null); select claim(''k'')'), 'JCKEY', 'a key belongs to a court');
select is(outcome('officer', 'select set_claims(''HMCTS_CASE_OFFICER'', ''officer.one'', ''BFC'', ''la.one''); select claim(''k'')'), 'JCKEY', 'a key belongs to an organisation');
select is(outcome('officer', 'select set_claims(''JUDGE_LEGAL_ADVISER'', ''officer.one'', ''BFC'', null); set role judge_legal_adviser; select 1 / (claim(''k'') is null)::integer'), 'ok', 'a key belongs to a role');
select is(everything(), digest, 'the attempts with keys change nothing') from before_keys;
-- An answer kept by hand returns only to its caller.
select act_as('adopter');
select claim('k'), api.keep_answer('k', answer('x'));
select is(claim('k') ->> 'notes', 'x', 'an adopter who keeps an invented answer gets it back');
select is(kept('k'), b.kept, 'an invented answer does not change that of another caller') from before_keys as b;
select is(claim('k') ->> 'notes', 'for the court alone', 'another caller still gets the true answer') from act_as('officer');

-- Leaks through errors, statistics and plans.
select act_as_dba();
analyze core.cases, core.case_details;
select act_as('JUDGE_LEGAL_ADVISER', 'judge.nobody', 'BFC', 'la.one');
select lives_ok($$select from core.cases as c where (c.case_number || c.id)::integer = 1$$, 'a cast raises no error about a row out of reach');
select lives_ok($$select from core.case_details as d where d.notes::integer = 1$$, 'a cast raises no error about details out of reach');
select is_empty($$select from pg_stats as s where s.schemaname in ('core', 'audit', 'auth')$$, 'a caller sees no statistics of our tables');

-- Other settings: the rule holds, or nothing happens.
select is(
  set_to(c.name, c.value, $$update core.cases set next_hearing = now() + random() * interval '9 years' where id = id_of('ours')$$),
  '{1,1}', c.name || ' = ' || c.value
)
from (
  values
    ('search_path', 'pg_temp, fixture, tap'), ('casefile.user_id', ''), ('casefile.role', 'JUDGE_LEGAL_ADVISER'), ('timezone', 'Asia/Kolkata'),
    ('datestyle', 'German'), ('casefile.client_address', repeat('x', 1000)), ('casefile.request_id', ''), ('bytea_output', 'escape')
) as c (name, value);
select act_as_dba();
select is(
  array(select distinct e.actor from audit.entries as e where e.entity = 'case' and e.case_id = id_of('ours') order by 1), '{officer.one}',
  'the actor is the signed-in user even if the caller changes settings'
);
select is_empty('select audit.find_broken_chains()', 'every chain is whole');

select new_case_in('heard', 'FINAL_HEARING');
select act_as('officer');
set local casefile.role = 'JUDGE_LEGAL_ADVISER';
set local casefile.user_role = 'JUDGE_LEGAL_ADVISER';
set local casefile.user_id = 'judge.one';
select is(outcome($$update core.cases set status = 'ORDER_GRANTED' where id = id_of('heard')$$), 'JCROL', 'a setting does not give a caller another role');
set local casefile.request_id = 'x';
select is(
  outcome($$update core.cases set next_hearing = now() where id = id_of('heard')$$),
  '22P02', 'a change that cannot be recorded is not made'
);

-- One statement, several changes; several statements, one transaction.
select act_as('officer');
select is(
  moves(id_of('bare'), $$
    with
      a as (update core.cases set next_hearing = now() where id = id_of('bare') returning 1),
      b as (update core.cases set status = 'DIRECTIONS' where id = id_of('bare') returning 1)
    select from a, b
  $$),
  '{1,1}', 'one statement changes a row once, with one entry'
);
select is(
  moves(id_of('bare'), $$
    update core.cases set next_hearing = now() + random() * interval '9 years' where id = id_of('bare');
    update core.cases set next_hearing = now() + random() * interval '9 years' where id = id_of('bare');
    update core.cases set next_hearing = next_hearing where id = id_of('bare');
  $$),
  '{2,2}', 'two changes in one transaction have two entries; an update that changes nothing has none'
);
select is(
  outcome($$
    insert into core.cases (id, court_code, case_type) values (id_of('ours'), 'BFC', 'AGENCY_ADOPTION') on conflict (id) do update set case_type = 'FOSTER_TO_ADOPT'
  $$), '42501', 'an upsert of an existing case needs the right to update'
);

select is(
  outcome($$insert into core.cases (id, court_code, case_type) values (id_of('ours'), 'BFC', 'AGENCY_ADOPTION') on conflict do nothing$$), 'JCFIX',
  'an insert that conflicts with an existing case takes no number'
);

select * from finish();
rollback;
