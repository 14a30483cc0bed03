\ir fixtures.psql

-- The house rules, over everything in our five schemas. Each query names the offenders.
set local search_path = fixture, tap, pg_catalog;
create view fixture.schemas as
select n.oid, n.nspname, n.nspowner from pg_namespace as n where n.nspname in ('api', 'core', 'audit', 'auth', 'worker', 'request');
create view fixture.functions as
select p.*, p.oid::regprocedure::text as name from pg_proc as p where p.pronamespace in (select s.oid from schemas as s);
create view fixture.relations as
select c.*, c.oid::regclass::text as name from pg_class as c where c.relnamespace in (select s.oid from schemas as s);
create view fixture.tables as select r.* from relations as r where r.relkind = 'r';
create view fixture.policies as
select p.*, t.name || '.' || p.polname as name from pg_policy as p join tables as t on t.oid = p.polrelid;
create view fixture.triggers as
select t.*, r.relname, t.tgname || ' on ' || r.name as name
from pg_trigger as t join tables as r on r.oid = t.tgrelid where not t.tgisinternal;
create view fixture.constraints as
select c.*, r.relname, r.name || '.' || c.conname as name from pg_constraint as c join tables as r on r.oid = c.conrelid;

select is((select count(*) from schemas), 6::bigint, 'there are six schemas');
select cmp_ok((select count(*) from functions), '>', 60::bigint, 'there are functions to check');
select cmp_ok((select count(*) from triggers), '>', 10::bigint, 'there are triggers to check');
select cmp_ok((select count(*) from policies), '>', 20::bigint, 'there are policies to check');
select is((select count(*) from tables), 39::bigint, 'there are 39 tables');

-- Comments.
select is_empty($$select s.nspname from schemas as s where obj_description(s.oid, 'pg_namespace') is null$$, 'every schema has a comment');
select is_empty($$select t.name from tables as t where obj_description(t.oid, 'pg_class') is null$$, 'every table has a comment');
select is_empty($$select f.name from functions as f where obj_description(f.oid, 'pg_proc') is null$$, 'every function has a comment');
select is_empty($$select p.name from policies as p where obj_description(p.oid, 'pg_policy') is null$$, 'every policy has a comment');

-- Functions.

-- Functions that the planner may inline: one SQL query, security invoker, without settings.
create view fixture.inlined as
select f.* from functions as f join pg_language as l on l.oid = f.prolang
where l.lanname = 'sql' and f.proconfig is null and f.provolatile in ('s', 'i') and not f.prosecdef and not f.proisstrict;
select results_eq(
  $$select i.oid::regproc::text from inlined as i order by 1$$,
  $$
    select unnest('{
      audit.changes_of,audit.sealed_rows,core.assignment_records,core.attention,core.attention_place,core.caller_role,core.case_records,core.case_type_place,
      core.document_records,core.fits_filter,core.most_counted,core.organisation_link_records,core.status_history,core.status_place,core.ties
    }'::text[])
  $$,
  'only these functions may be inlined into their callers'' queries'
);
-- With an empty search path, so that they qualify every name.
create function fixture.plan_of(p_function oid) returns setof text language plpgsql set search_path = '' as $$
declare
  v_call text := (
    select p.oid::regproc || '(' || coalesce(string_agg('null::' || t.type::pg_catalog.regtype, ', '), '') || ')'
    from pg_catalog.pg_proc as p
    left join lateral pg_catalog.unnest(p.proargtypes::oid[]) as t (type) on true
    where p.oid = p_function
    group by p.oid
  );
begin
  return query execute 'explain (verbose) select * from ' || v_call || ' as f';
end;
$$;
select ok(
  not exists (select from plan_of(i.oid) as p (line) where p.line ~ 'Function Scan'), i.name || ' is inlined with an empty search path'
)
from inlined as i
where i.proretset;
select ok(
  not exists (select from plan_of(i.oid) as p (line) where p.line ~ ('Function Call: .*' || i.proname)), i.name || ' is inlined with an empty search path'
)
from inlined as i
where not i.proretset;
select is_empty(
  $$
    select f.name from functions as f
    where not coalesce(f.proconfig, '{}') @> '{"search_path=\"\""}'
      and f.oid not in (select i.oid from inlined as i) and f.oid <> 'core.claim(text)'::regprocedure
  $$,
  'every function has an empty search path, except those that are inlined and core.claim'
);
select is(
  (
    select regexp_replace(regexp_replace(p.prosrc, '--[^\n]*|''[^'']*''|pg_catalog\.[a-z_]+|operator\(pg_catalog\.[=<>|]+\)|:=', '', 'gi'), '[^-+*/<>=~!@#%^&|`?]', '', 'g')
    from pg_proc as p where p.oid = 'core.claim(text)'::regprocedure
  ),
  '', 'core.claim qualifies each operator'
);
select is_empty(
  $$select f.name from functions as f join pg_language as l on l.oid = f.prolang where l.lanname not in ('sql', 'plpgsql')$$, 'every function is in SQL or PL/pgSQL'
);
select is_empty(
  $$
    select f.name from functions as f
    where regexp_replace(f.prosrc, '--[^\n]*|''[^'']*''', '', 'g') ~* '\m(execute|query_to_xml|cursor_to_xml)\M'
  $$,
  'no function has dynamic SQL'
);
-- A backslash in another string means what the caller's standard_conforming_strings says.
select is_empty(
  $$
    select f.name from functions as f
    where strpos(regexp_replace(f.prosrc, '--[^\n]*|\mE''[^'']*''', '', 'g'), E'\\') > 0
  $$,
  'backslashes only in escape strings'
);
select is_empty(
  $$
    select f.name from functions as f, aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) as a
    where a.grantee = 0 or a.is_grantable and a.grantee <> f.proowner
  $$,
  'no function is granted to PUBLIC or with grant option'
);
select results_eq(
  $$select f.oid::regproc::text from functions as f where f.prosecdef order by 1$$,
  $$
    select unnest('{
      api.get_reference,api.keep_answer,api.list_courts,audit.explain_refusal,audit.newest_anchor,audit.record_anchor,audit.seal_journals,audit.tg_assignments__audit,audit.tg_cases__audit,audit.tg_document_downloads__audit,
      audit.tg_document_removals__audit,audit.tg_document_texts__audit,audit.tg_documents__audit,audit.tg_organisation_links__audit,audit.tg_record_reference_change,
      auth.add_claim_rule,auth.add_membership,auth.add_user,auth.change_membership,auth.change_user,auth.check_home,auth.claim_session,auth.count_log_in,auth.end_claim_rule,auth.end_membership,
      auth.end_sessions,auth.get_session,auth.import_directory,auth.list_claim_rules,auth.list_directory,auth.log_in,
      auth.log_in_with_claims,auth.log_out,auth.log_out_provider,auth.look_at_replication,auth.sweep,auth.take_mark,auth.tg_claim_rules__end_sessions,auth.tg_memberships__end_sessions,
      auth.tg_record_directory_change,auth.tg_users__end_sessions,auth.touch_session,core.claim,core.take_key,
      core.tg_assignments__participants,core.tg_assignments__particulars,core.tg_assignments__reach,core.tg_cases__history,core.tg_cases__number,core.tg_cases__reach,core.tg_cases__tally,
      core.tg_documents__number,core.tg_documents__queue,core.tg_organisation_links__participants,core.tg_organisation_links__reach,core.tg_status_transitions__next_statuses,worker.check_home,worker.measure_queue,worker.measure_tasks
    }'::text[])
  $$,
  'only these functions run as their owner'
);
select is_empty($$select count(*), f.oid::regproc from functions as f group by 2 having count(*) > 1$$, 'no two functions have the same name');
select results_eq(
  $$select f.proname::text from functions as f where f.pronamespace = 'request'::regnamespace order by 1$$,
  $$
    select f.proname::text from functions as f
    where f.pronamespace = 'api'::regnamespace and f.proname not in ('claim_key', 'keep_answer', 'get_reference', 'list_courts') or f.oid::regproc::text = 'audit.explain_refusal'
    order by 1
  $$,
  'request has one function for each operation that needs a caller, and explain_refusal'
);
select is_empty(
  $$
    select f.name
    from functions as f
    cross join lateral aclexplode(f.proacl) as a
    where f.pronamespace = 'request'::regnamespace and a.grantee not in ('casefile_api'::regrole, f.proowner)
  $$,
  'only the server may call the functions in request'
);
select is_empty(
  $$
    select r.name
    from functions as r
    join functions as f on f.proname = r.proname and f.pronamespace in ('api'::regnamespace, 'audit'::regnamespace)
    where r.pronamespace = 'request'::regnamespace and (f.provolatile = 's') <> (r.prosrc ~ 'p_reads => true')
  $$,
  'a function in request resumes a read-only session exactly if its operation only reads'
);
select is_empty(
  $$
    select f.name, t.oid::regtype
    from functions as f
    cross join lateral unnest(array_append(coalesce(f.proallargtypes, f.proargtypes::oid[]), f.prorettype)) as a (type)
    join pg_type as g on g.oid = a.type
    join pg_type as t on t.oid = case when g.typelem <> 0 and g.typlen = -1 then g.typelem else g.oid end
    where f.pronamespace = 'api'::regnamespace
      and t.typnamespace <> 'pg_catalog'::regnamespace and not (t.typnamespace = 'api'::regnamespace and t.typtype = 'c')
  $$,
  'operations take and return only built-in types and composites of api'
);
select is_empty(
  $$
    select r.name, a.attname
    from relations as r
    join pg_attribute as a on a.attrelid = r.oid
    join pg_type as g on g.oid = a.atttypid
    join pg_type as t on t.oid = case when g.typelem <> 0 and g.typlen = -1 then g.typelem else g.oid end
    where r.relnamespace = 'api'::regnamespace
      and t.typnamespace <> 'pg_catalog'::regnamespace and not (t.typnamespace = 'api'::regnamespace and t.typtype = 'c')
  $$,
  'composites of api contain only built-in types and composites of api'
);
select is(
  array(select distinct m.code[1] from functions as f, regexp_matches(f.prosrc, '''(JC[A-Z0-9]{3})''', 'g') as m (code) order by 1),
  '{JCAPP,JCDUP,JCEND,JCFIX,JCINF,JCKEY,JCLEA,JCMIS,JCMNY,JCMOC,JCNIL,JCNOM,JCOFF,JCREA,JCROL,JCSAM,JCSES,JCSTA,JCTRM,JCUNK,JCUNS,JCVAL,JCVER}', 'functions raise exactly these SQLSTATEs of our own'
);
select is_empty(
  $$
    select f.name from functions as f, regexp_matches(f.prosrc, 'errcode = ''([^'']*)''', 'g') as m (code) where m.code[1] !~ '^JC[A-Z0-9]{3}$'
    union all
    select f.name from functions as f
    where (select count(*) from regexp_matches(f.prosrc, 'raise exception', 'g')) <> (select count(*) from regexp_matches(f.prosrc, 'errcode = ''JC', 'g'))
  $$,
  'every exception has an SQLSTATE of our own'
);

-- Triggers.
select is_empty(
  $$select t.name from triggers as t where t.tgname !~ ('^tg_' || t.relname || '__[a-z_]+$')$$, 'every trigger is called tg_<table>__<task>'
);
select is_empty(
  $$
    select t.name from triggers as t
    where t.tgfoid::regproc::text !~ ('[.]' || t.tgname || '$') and t.tgfoid not in (
      'audit.tg_refuse_change'::regproc, 'audit.tg_keep_two_years'::regproc, 'audit.tg_record_reference_change'::regproc, 'auth.tg_record_directory_change'::regproc
    )
  $$,
  'every trigger''s function has the name of the trigger, except the shared ones'
);
select is_empty($$select t.name from triggers as t where t.tgenabled <> 'A'$$, 'every trigger is enabled always');
create function fixture.refused_for(p_event integer) returns text[] language sql as $$
  select array_agg(t.tgrelid::regclass::text order by t.tgrelid::regclass::text)
  from triggers as t
  where t.tgfoid = 'audit.tg_refuse_change'::regproc and t.tgtype & p_event <> 0;
$$;
select is(
  refused_for(16),
  '{
    audit.anchors,audit.entries,audit.reference_changes,audit.restores,audit.seals,auth.database_kind,auth.directory_changes,auth.sign_ins,core.case_details,
    core.case_number_gaps,core.document_downloads,core.document_removals,core.document_texts,core.status_change_particulars,core.status_changes
  }',
  'exactly these tables refuse an UPDATE'
);
select is(
  refused_for(8),
  '{
    audit.anchors,audit.chains,audit.entries,audit.reference_changes,audit.restores,audit.seals,auth.claim_rules,auth.database_kind,auth.directory_changes,
    auth.home,auth.memberships,auth.users,core.assignment_particulars,core.assignments,core.case_details,core.case_number_gaps,core.cases,
    core.document_downloads,core.document_removals,core.document_texts,core.documents,core.organisation_links,core.status_change_particulars,core.status_changes
  }',
  'exactly these tables refuse a DELETE'
);
select is(
  refused_for(32),
  array(
    select t from unnest(refused_for(8) || '{audit.refusals,auth.sign_ins,core.courts,core.document_types,core.file_types,core.status_transitions}'::text[]) as t order by 1
  ),
  'exactly these tables refuse a TRUNCATE: those that refuse a DELETE, those kept for two years, and the reference tables'
);
select is_empty(
  $$select f.name from functions as f where f.prorettype = 'trigger'::regtype and f.oid not in (select t.tgfoid from triggers as t)$$,
  'every trigger function has a trigger'
);

-- Tables and policies.
select is_empty(
  $$select t.name from tables as t where not (t.relrowsecurity and t.relforcerowsecurity)$$,
  'row-level security is enabled and forced on every table'
);
select is_empty(
  $$select r.name, r.relkind from relations as r where r.relkind not in ('r', 'i', 'S', 'c')$$,
  'there are no views, which could show what a policy hides'
);
select is_empty($$select t.name from tables as t where t.oid not in (select p.polrelid from policies as p)$$, 'every table has a policy');
select is_empty(
  $$
    select p.name from policies as p
    where p.polname !~ (
      '^' || case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end || '_[a-z_]+$'
    )
  $$,
  'every policy is called <verb>_<whose>'
);
select is_empty($$select p.name from policies as p where 0 = any (p.polroles) or not p.polpermissive$$, 'every policy is permissive and names its roles');
select is_empty($$select p.name from policies as p where p.polcmd = 'd'$$, 'no policy is for DELETE alone');
select is_empty(
  $$
    select p.name from policies as p
    where p.polcmd = '*' and p.polroles <> array['casefile_owner'::regrole::oid] and p.name <> 'core.document_jobs.all_to_processor'
  $$,
  'only the owner has policies for everything, and the worker on its queue'
);
select is_empty(
  $$
    select p.name
    from policies as p, concat(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) as e (expression)
    where regexp_replace(e.expression, '\( SELECT core.claim\(''[a-z_]+''::text\) AS claim\)', '', 'g') ~ 'current_setting|claim\('
  $$,
  'policies read claims only in scalar sub-selects, which are evaluated once for each statement'
);
-- Except kept answers, which belong to a user.
create view fixture.officers_policies as
select t.name as of_table, p.name, p.polcmd, pg_get_expr(p.polqual, p.polrelid) as expression
from policies as p
join tables as t on t.oid = p.polrelid
where p.polcmd in ('r', '*') and p.polroles && '{hmcts_case_officer,casefile_caller}'::regrole[]::oid[]
  and exists (select from pg_attribute as a where a.attrelid = t.oid and a.attname = 'court_code' and not a.attisdropped)
  and t.oid <> 'core.kept_answers'::regclass;
select is_empty(
  $$
    select o.of_table, array_agg(o.expression)
    from officers_policies as o
    group by o.of_table
    having array_agg(o.expression) <> array[
      format(
        case o.of_table when 'core.cases' then '(court_code = %s)' else '(court_code = ANY (ARRAY[%s]))' end,
        '( SELECT core.claim(''court_code''::text) AS claim)'
      )
    ]
  $$,
  'an officer''s policy is one comparison with the court; on side tables in the form that is evaluated first'
);
select is(
  array(select o.of_table from officers_policies as o order by 1),
  '{
    audit.entries,core.assignment_particulars,core.assignments,core.case_details,core.case_number_gaps,core.case_number_series,core.case_participants,
    core.cases,core.document_texts,core.documents,core.organisation_links,core.status_change_particulars,core.status_changes
  }',
  'officers see rows of their court in exactly these tables'
);
select is_empty(
  $$
    select o.of_table
    from officers_policies as o
    where o.of_table not in ('audit.entries', 'core.cases', 'core.case_number_gaps', 'core.case_number_series')
      and not exists (
        select from constraints as c
        where c.conrelid = o.of_table::regclass
          and pg_get_constraintdef(c.oid) ~ '^FOREIGN KEY \(case_id, court_code\) REFERENCES core.cases\(id, court_code\)'
      )
    union all
    select t.name from tables as t join pg_attribute as a on a.attrelid = t.oid
    where a.attname = 'court_code' and not a.attnotnull and t.relnamespace <> 'auth'::regnamespace
      and t.oid <> 'core.kept_answers'::regclass
  $$,
  'the court of a row in a side table is that of its case'
);
select is_empty(
  $$
    select r.name, a.grantee::regrole, a.privilege_type
    from relations as r, aclexplode(r.relacl) as a
    where a.grantee = 0 or a.is_grantable and a.grantee <> r.relowner
      or a.grantee <> r.relowner and (
        a.privilege_type not in ('SELECT') or r.relkind = 'S' and a.grantee <> 'casefile_backup'::regrole -- on 12 and 13
      )
        and (r.name, a.grantee::regrole::text, a.privilege_type) <> ('core.document_jobs', 'document_processor', 'DELETE')
    union all
    select r.name || '.' || t.attname, a.grantee::regrole, a.privilege_type
    from relations as r join pg_attribute as t on t.attrelid = r.oid, aclexplode(t.attacl) as a
    where a.grantee = 0 or a.is_grantable or a.privilege_type not in ('INSERT', 'UPDATE')
  $$,
  'whole tables are granted for SELECT only and not to PUBLIC, except that the worker deletes its jobs'
);
select is_empty(
  $$
    select s.nspname, a.grantee::regrole, a.privilege_type
    from schemas as s join pg_namespace as n on n.oid = s.oid, aclexplode(n.nspacl) as a
    where a.grantee <> n.nspowner and (a.grantee = 0 or a.privilege_type <> 'USAGE' or a.is_grantable)
  $$,
  'only the owner may create objects in our schemas'
);

-- Constraints. A foreign key is indexed, so that a change of the referenced row need not read the whole table.
-- Append-only tables and core.cases (core.tg_cases__guard) lose no rows and change no keys, and need no index.
select is_empty(
  $$
    select c.name
    from constraints as c
    where c.contype = 'f' and c.confrelid <> 'core.cases'::regclass
      and not exists (
        select from pg_index as i
        where i.indrelid = c.conrelid and i.indisvalid and i.indpred is null
          and (string_to_array(i.indkey::text, ' ')::smallint[])[1:cardinality(c.conkey)] @> c.conkey
      )
      and not exists (
        select from triggers as t where t.tgrelid = c.confrelid and t.tgfoid = 'audit.tg_refuse_change'::regproc and t.tgtype & 16 <> 0
      )
  $$,
  'every foreign key to a table that changes is indexed'
);
select is_empty(
  $$
    select c.name
    from constraints as c
    where c.contype <> 'n' and c.conname !~ ('^(tg_)?' || c.relname || '_')
      or c.contype = 'f' and c.conname !~ '_fkey$' or c.contype = 'u' and c.conname !~ '_key$' or c.contype = 'p' and c.conname !~ '_pkey$'
  $$,
  'the names of constraints begin with the table and end with their kind'
);
select is_empty(
  $$
    select c.name
    from constraints as c
    where c.contype = 'c' and (pg_get_constraintdef(c.oid) ~ 'char_length') <> (c.conname ~ '_within_limit$')
  $$,
  'a check of a text''s length is called _within_limit, so that an error can name the column'
);
select is_empty(
  $$
    select c.name
    from constraints as c
    join pg_attribute as a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.conname ~ '_within_limit$' and (cardinality(c.conkey) <> 1 or c.conname <> c.relname || '_' || a.attname || '_within_limit')
      and c.conname <> 'documents_file_within_limit'
  $$,
  'a limit is named after its one column, except that of a document''s file name'
);
select is_empty($$select c.name from constraints as c where not c.convalidated$$, 'every constraint is validated');
select is_empty(
  $$
    select i.indexrelid::regclass
    from pg_index as i join tables as t on t.oid = i.indrelid join pg_class as c on c.oid = i.indexrelid
    where c.relname !~ ('^' || t.relname || '_.*_(key|pkey|idx)$') and c.relname <> t.relname || '_pkey'
  $$,
  'the names of indexes begin with the table and end with their kind'
);

-- Owners and roles.
select is_empty(
  $$
    select s.nspname from schemas as s where s.nspowner <> 'casefile_owner'::regrole
    union all
    select r.name from relations as r where r.relowner <> 'casefile_owner'::regrole
    union all
    select f.name from functions as f where f.proowner <> 'casefile_owner'::regrole
    union all
    select t.oid::regtype::text from pg_type as t where t.typnamespace in (select s.oid from schemas as s) and t.typowner <> 'casefile_owner'::regrole
  $$,
  'casefile_owner owns every object'
);
select is_empty(
  $$
    select r.rolname from pg_roles as r
    where (r.rolname = any (caller_roles()) or r.rolname ~ '^casefile_' or r.rolname = 'document_processor')
      and (
        r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolreplication
        or r.rolbypassrls <> (r.rolname = 'casefile_backup')
        or r.rolcanlogin <> (r.rolname in ('casefile_api', 'casefile_migrator', 'casefile_worker', 'casefile_backup'))
      )
  $$,
  'only casefile_backup bypasses row-level security, and only the server, the worker, dbmate and backups may log in'
);
select is_empty(
  $$select r.rolname from pg_roles as r where r.rolname in ('casefile_api', 'casefile_worker') and r.rolconnlimit < 1$$,
  'the connections of server and worker are limited'
);
select is_empty(
  $$
    select m.member::regrole from pg_auth_members as m
    where m.roleid = 'casefile_owner'::regrole and m.member::regrole::text not in ('casefile_migrator', (select d.login from dba as d))
  $$,
  'only dbmate works as the owner'
);
select is(
  array(select c from pg_roles as r, unnest(r.rolconfig) as c where r.rolname = 'casefile_migrator' order by c),
  '{lock_timeout=2s,role=casefile_owner,row_security=off}',
  'dbmate waits two seconds for a lock, and fails where row-level security would hide rows'
);
select is(
  array(select distinct s.user_role::text from unnest(enum_range(null::core.user_role)) as s (user_role) where to_regrole(lower(s.user_role::text)) is null),
  '{}', 'every value of core.user_role has a database role'
);

-- PostgreSQL's rights for everybody that nobody here needs.
create view fixture.everybody as
select r.rolname
from pg_roles as r
where r.rolname = any (caller_roles())
  or r.rolname in ('casefile_caller', 'casefile_professional', 'casefile_registrar', 'casefile_api', 'casefile_worker', 'document_processor');
select is_empty(
  $$
    select p.oid::regprocedure, r.rolname
    from pg_proc as p, everybody as r
    where p.pronamespace = 'pg_catalog'::regnamespace
      and p.proname ~ '^(lo_|loread$|lowrite$|pg_notify$|pg_(try_)?advisory_|pg_logical_emit_message$|query_to_xml|ts_stat$|ts_rewrite$|pg_stat_get_((xact|db|backend)_)?(numscans|tuples_returned|tuples_fetched|blocks_hit|live_tuples|idset|pid)$|pg_blocking_pids$)'
      and has_function_privilege(r.rolname, p.oid, 'execute')
  $$,
  'nobody may use large objects, messages, advisory locks, functions that run text as SQL, or counts of rows'
);
select is(
  array(
    select p.proname || ' ' || r.rolname
    from pg_proc as p, everybody as r
    where p.oid in ('set_config(text, text, boolean)'::regprocedure, 'pg_stat_get_activity(integer)'::regprocedure, 'pg_lock_status()'::regprocedure)
      and has_function_privilege(r.rolname, p.oid, 'execute')
    order by 1
  ),
  array[
    'pg_lock_status casefile_api', 'pg_lock_status casefile_registrar', 'pg_lock_status casefile_worker',
    'pg_stat_get_activity casefile_api', 'pg_stat_get_activity casefile_registrar', 'pg_stat_get_activity casefile_worker',
    'set_config casefile_api'
  ],
  'only logins that need it may call set_config or look at sessions and locks'
);
select is_empty(
  $$
    select p.oid::regprocedure from pg_proc as p
    where p.oid in ('pg_notify(text, text)'::regprocedure, 'pg_try_advisory_lock(bigint)'::regprocedure, 'pg_advisory_lock(bigint)'::regprocedure)
      and not has_function_privilege('casefile_owner', p.oid, 'execute')
  $$,
  'the owner may still send messages and take advisory locks'
);
select is_empty(
  $$
    select d.datname, r.rolname, v.privilege
    from pg_database as d, everybody as r, unnest('{connect,temporary,create}'::text[]) as v (privilege)
    where d.datname in ('postgres', 'template1') and has_database_privilege(r.rolname, d.oid, v.privilege)
  $$,
  'no role may connect to or create anything in other databases of the cluster'
);

-- Later objects.
set local role casefile_owner;
create function core.made_later() returns integer language sql as 'select 1';
reset role;
select ok(not has_function_privilege('adopter', 'core.made_later()', 'execute'), 'a new function is granted to nobody');

select * from finish();
rollback;
