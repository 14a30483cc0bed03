\ir ../fixtures.psql
\ir ../documents.psql
\ir ../policies.psql

-- An attacker's statements under a caller's role, on the server's connection: db/README.md, What is promised to whom. The
-- server's login before it becomes a caller is in server.sql.
select act_as('other_officer');
\o /dev/null
select api.update_case(id_of('theirs'), null, '{"notes": "Secret", "internalNotes": "Secret"}');
\o
select act_as_dba();
create function fixture.plan_of(p_caller text, p_table regclass, p_column text, p_from text) returns text language plpgsql as $$
declare
  v_line text;
  v_plan text := '';
begin
  perform fixture.act_as(p_caller);
  for v_line in execute format(
    'explain (analyze, buffers off, costs off, timing off, summary off) select from %s where %I >= %L and %I < %L', p_table, p_column, p_from, p_column, p_from || '~'
  ) loop
    v_plan := v_plan || replace(v_line, p_from, '') || e'\n';
  end loop;
  return v_plan;
end;
$$;

-- 'Secret' is in a case of another court. Nobody finds it. An officer learns nothing of it: its policies read no other table.
select is(seen(s.name, $$select d.notes from core.case_details as d where d.notes >= 'S' and d.notes < 'T'$$), '', 'a case of another court is not found: ' || s.name)
from six as s;
select is(
  plan_of('officer', t.name, t.field, 'Secret'), plan_of('officer', t.name, t.field, 'Nobody wrote this'),
  format('no plan shows an officer what another court has: %s.%s', t.name, t.field)
)
from (
  values
    ('core.case_details'::regclass, 'notes'), ('core.case_details', 'internal_notes'), ('core.case_details', 'staff_comments'),
    ('core.case_details', 'linked_family_court_case_reference'), ('core.documents', 'filename'), ('core.documents', 'description'),
    ('core.document_texts', 'content'), ('core.status_change_particulars', 'reason'), ('core.assignment_particulars', 'assigned_by')
) as t (name, field);
select is(position('SubPlan' in plan_of('officer', o.oid, a.attname, '')), 0, format('an officer''s policy asks no other table: %s', o.oid::regclass))
from pg_class as o
join lateral (
  select a.attname from pg_attribute as a where a.attrelid = o.oid and a.attnum > 0 and a.atttypid = 'text'::regtype and not a.attisdropped limit 1
) as a on true
where o.relkind = 'r' and o.relnamespace = 'core'::regnamespace and o.relname <> 'kept_answers' and has_table_privilege('hmcts_case_officer', o.oid, 'select');
-- For other roles, a policy is checked for each row that the attacker's comparison accepts, and a plan shows how often.
select isnt(
  plan_of(n, 'core.case_details', 'notes', 'Secret'), plan_of(n, 'core.case_details', 'notes', 'Nobody wrote this'),
  'with EXPLAIN, a plan shows this role which rows match: ' || n
)
from unnest('{judge,cafcass,social_worker,agency}'::text[]) as n;
select is(
  plan_of('adopter', 'core.case_details', 'notes', 'Secret'), plan_of('adopter', 'core.case_details', 'notes', 'Nobody wrote this'),
  'an adopter learns of no notes, as no policy shows it any'
);

-- SET, RESET and ALTER ROLE of one's own role need no privilege.
select act_as('officer');
select is(outcome(s), 'ok', 'an attacker who may send statements can run: ' || s)
from unnest(array[
  'reset role; select auth.sweep(1)', 'set local statement_timeout = 0', 'set local casefile.client_address = ''192.0.2.9''',
  'reset role; alter role casefile_api set search_path = evil', 'reset role; alter role casefile_api password ''mine'''
]) as s;
select is(outcome(s.name, 'drop owned by current_user'), '42501', 'a role cannot take itself out of the policies: ' || s.name) from six as s;
select is(outcome(s.name, 'drop owned by ' || r), '42501', format('nor can it take %s out of them: %s', r, s.name)) from six as s, unnest('{casefile_caller,casefile_professional}'::text[]) as r;
select is(outcome(s.name, c), 'ok', format('an attacker who may send statements can run, as %s: %s', s.name, c))
from six as s, unnest(array[
  'do $do$ begin execute format(''alter role %I password ''''mine'''''', current_user); end $do$', 'alter default privileges revoke execute on functions from public',
  'select table_to_xml(''core.courts'', false, false, '''')', 'listen document_jobs', 'notify document_jobs', 'lock table core.cases in access share mode'
]) as c;
select act_as('officer');
select is(outcome(s), '42501', 'an attacker who may send statements cannot run: ' || s)
from unnest(array[
  'reset role; alter role casefile_api superuser', 'reset role; alter role casefile_api createrole', 'reset role; alter role adopter set search_path = evil',
  'reset role; alter database postgres set search_path = evil', 'set local session_replication_role = replica', 'set local log_statement = ''none'''
]) as s;

select * from finish();
rollback;
