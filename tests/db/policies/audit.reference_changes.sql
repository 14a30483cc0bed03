\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('audit.reference_changes')), '{}', 'no role has a grant on the table');
select is(array(select passes('audit.reference_changes')), array[
  'casefile_owner: sees all, writes all'
], 'with every grant, the policies let exactly this pass');

select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'select from audit.reference_changes', 'delete from audit.reference_changes',
  'insert into audit.reference_changes (actor, table_name, row_key, after) values (''x'', ''core.courts'', ''XX'', ''{}'')'
]) as v;
select act_as_server();
select throws_ok('select from audit.reference_changes', '42501', null, 'the server may not read the table');

select act_as_dba();
set local role casefile_owner;
update core.courts set region = 'X' where code = 'BFC';
select is(
  (select count(*) from audit.reference_changes where row_key = 'BFC' and after ->> 'region' = 'X'), 1::bigint, 'the owner reads what was recorded'
);
select throws_ok('update audit.reference_changes set actor = ''x''', 'JCAPP', null, 'the owner cannot change what was recorded');
select throws_ok('delete from audit.reference_changes', 'JCAPP', null, 'the owner cannot remove what was recorded');
select throws_ok('truncate audit.reference_changes', 'JCAPP', null, 'the owner cannot truncate the table');

select * from finish();
rollback;
