\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('core.case_number_series')), '{}', 'no grants');

select is(tried(s.name, v), '42501', format('%s: %s', s.name, v))
from six as s, unnest(array[
  'select from core.case_number_series', 'insert into core.case_number_series values (''BFC'', 1, 1)',
  'update core.case_number_series set last_number = 1', 'delete from core.case_number_series', 'truncate core.case_number_series'
]) as v;
select act_as_server();
select throws_ok('select from core.case_number_series', '42501', null, 'nor for the server');
select act_as_dba();
set local role casefile_owner;
select is((select count(*) from core.case_number_series), 2::bigint, 'the owner sees and moves them, for core.tg_cases__number');

select * from finish();
rollback;
