\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('core.case_number_series')), array['select *: all'], 'exactly these grants exist');
select is(array(select passes('core.case_number_series')), array[
  'officer, other_officer: sees 1',
  'casefile_owner: sees all, changes all, into all, deletes all, writes all'
], 'with every grant, the policies let exactly this pass');

select is(seen(s.name, 'select court_code || case_count from core.case_number_series'), s.tallies, format('only an officer sees a tally, of one court: %s sees «%s»', s.name, s.tallies))
from (
  values ('officer', 'BFC2'), ('other_officer', 'LDFC1'), ('judge', ''), ('cafcass', ''), ('social_worker', ''), ('agency', ''),
    ('adopter', '')
) as s (name, tallies);

select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'insert into core.case_number_series values (''BFC'', 1, 1, 1)',
  'update core.case_number_series set last_number = 1', 'update core.case_number_series set case_count = 1', 'delete from core.case_number_series', 'truncate core.case_number_series'
]) as v;
select act_as_server();
select throws_ok('select from core.case_number_series', '42501', null, 'the server may not read the table');
select act_as_dba();
set local role casefile_owner;
select is((select count(*) from core.case_number_series), 2::bigint, 'the owner sees the rows');

select * from finish();
rollback;
