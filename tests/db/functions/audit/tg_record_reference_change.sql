\ir ../../fixtures.psql

select act_as_dba();
-- Migrations may have changed rows before.
create temp table earlier as select coalesce(max(id), 0) as id from audit.reference_changes;
create temp view changes as select c.* from audit.reference_changes as c, earlier as e where c.id > e.id;
grant select on changes, earlier to casefile_owner;
set local role casefile_owner;

-- An administrator sets this too: otherwise casefile_migrator gets an error that rows are hidden.
set local row_security = off;
select throws_ok('update core.courts set region = ''X''', '42501', null, 'a change with row_security off is refused instead of changing nothing');
set local row_security = on;

insert into core.courts (code, name, region) values ('ZZFC', 'A new court', 'Wales');
update core.courts set name = 'A newer court' where code = 'ZZFC';
update core.courts set name = name where code = 'ZZFC';
delete from core.courts where code = 'ZZFC';
update core.status_transitions set reason_required = true where from_status = 'ADJOURNED' and to_status = 'DIRECTIONS';
update core.document_types set label = 'Other things' where value = 'other';
update core.file_types set size_limit = 1 where extension = 'pdf';

select results_eq(
  $$select table_name, row_key, before ->> 'name', after ->> 'name' from changes order by id$$,
  $$values
    ('core.courts', 'ZZFC', null, 'A new court'), ('core.courts', 'ZZFC', 'A new court', 'A newer court'),
    ('core.courts', 'ZZFC', 'A newer court', null), ('core.status_transitions', 'ADJOURNED,DIRECTIONS', null, null),
    ('core.document_types', 'other', null, null), ('core.file_types', 'pdf', null, null)
  $$,
  'each change is recorded once, by the key of its row; an update that changes nothing is not recorded'
);
select is((select array_agg(distinct actor) from changes), array[session_user::text], 'the recorded actor is the login');
select is(
  (select before - 'size_limit' = after - 'size_limit' and after ->> 'size_limit' = '1' from changes where row_key = 'pdf'),
  true, 'the whole row is recorded, before and after'
);
select throws_ok('truncate core.file_types', 'JCAPP', null, 'TRUNCATE, for which no row trigger fires, is refused');

-- Even if ordinary triggers are off.
reset role;
set local session_replication_role = replica;
update core.courts set region = 'X' where code = 'BFC';
reset session_replication_role;
select is((select count(*) from changes where row_key = 'BFC'), 1::bigint, 'a change is recorded even with session_replication_role = replica');

select * from finish();
rollback;
