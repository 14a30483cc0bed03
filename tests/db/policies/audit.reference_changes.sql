\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('audit.reference_changes')), '{}', 'the grants: none');
select is(array(select passes('audit.reference_changes')), array[
  'casefile_owner: sees all, writes all'
], 'access by its policies');

select is(tried(s.name, v), '42501', format('%s: %s', s.name, v))
from six as s, unnest(array[
  'select from audit.reference_changes', 'delete from audit.reference_changes',
  'insert into audit.reference_changes (actor, table_name, row_key, after) values (''x'', ''core.courts'', ''XX'', ''{}'')'
]) as v;
select act_as_server();
select throws_ok('select from audit.reference_changes', '42501', null, 'not by the server');

select act_as_dba();
set local role casefile_owner;
update core.courts set region = 'X' where code = 'BFC';
select is(
  (select count(*) from audit.reference_changes where row_key = 'BFC' and after ->> 'region' = 'X'), 1::bigint, 'the owner reads what was recorded'
);
select throws_ok('update audit.reference_changes set actor = ''x''', 'JCAPP', null, 'and changes nothing of it');
select throws_ok('delete from audit.reference_changes', 'JCAPP', null, 'nor removes it');
select throws_ok('truncate audit.reference_changes', 'JCAPP', null, 'all of it either');

select * from finish();
rollback;
