\ir fixtures.psql

-- The login of backups and checks: it reads every row of every table, and changes nothing.
select is(
  array(select c from pg_roles as r, unnest(r.rolconfig) as c where r.rolname = 'casefile_backup' order by c collate "C"),
  '{TimeZone=UTC,default_transaction_read_only=on,jit=off}', 'the login is read-only by default'
);
create table fixture.holdings as
select c.oid, c.oid::regclass::text as name, c.relkind
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname in ('api', 'core', 'audit', 'auth', 'worker', 'public') and c.relkind in ('r', 'p', 'v', 'm', 'S');
select is_empty(
  $$
    select h.name from holdings as h
    where not case h.relkind
      when 'S' then has_sequence_privilege('casefile_backup', h.oid, 'select')
      else has_table_privilege('casefile_backup', h.oid, 'select')
    end
  $$,
  'the login reads every table, view and sequence'
);
select is_empty(
  $$
    select h.name from holdings as h
    where case h.relkind
      when 'S' then has_sequence_privilege('casefile_backup', h.oid, 'usage, update')
      else has_table_privilege('casefile_backup', h.oid, 'insert, update, delete, truncate, references, trigger')
    end
  $$,
  'the login changes no table and no sequence'
);
select is(
  array(
    select p.oid::regproc::text from pg_proc as p
    where p.pronamespace in (select n.oid from pg_namespace as n where n.nspname in ('api', 'core', 'audit', 'auth', 'worker'))
      and has_function_privilege('casefile_backup', p.oid, 'execute')
    order by 1
  ),
  '{
    audit.case_image,audit.changed_tips,audit.document_image,audit.entry_digest,audit.find_broken_chains,audit.find_broken_links,
    audit.find_broken_seals,audit.find_departures,audit.find_faults,audit.find_seal_departures,audit.find_unrecorded,audit.journal_tips,audit.kept_since,
    audit.record_anchor,audit.seal_digest,audit.sealed_rows,auth.find_directory_faults,core.find_number_faults,core.find_reach_faults,core.ties
  }',
  'the login calls only what looks for faults and records anchors'
);
select is_empty(
  $$
    select m.roleid::regrole from pg_auth_members as m
    where m.member = 'casefile_backup'::regrole and m.roleid::regrole::text <> 'pg_read_all_data'
  $$,
  'the login may take no other role'
);

set role casefile_owner;
create table core.made_by_owner (value text);
reset role;
set local session authorization casefile_backup;
select throws_ok($$insert into core.courts (code, name, region) values ('ZZFC', 'A court', 'Wales')$$, '42501', null, 'the login inserts nothing');
select lives_ok('select from core.made_by_owner', 'the login reads tables that a later migration creates');
select is((select count(*) from core.cases), (select count(*) from audit.chains), 'row-level security hides no case from the login');
select cmp_ok((select count(*) from core.courts), '>', 0::bigint, 'the login sees rows of a table on which no policy is for it');

select * from finish();
rollback;
