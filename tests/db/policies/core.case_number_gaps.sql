\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('core.case_number_gaps')), array['select *: hmcts_case_officer'], 'exactly these grants exist');
insert into audit.restores (actor, old_system_identifier, system_identifier, store_id, sessions_ended, keys_ended, number_gap)
values ('a', '1', '2', core.new_id(), 0, 0, 5);
insert into core.case_number_gaps select c.code, 2020, 1, 5, r.id from core.courts as c, audit.restores as r where c.code in ('BFC', 'LDFC');
select is(array(select passes('core.case_number_gaps')), array[
  'officer, other_officer: sees 1',
  'casefile_owner: sees all, writes all'
], 'with every grant, the policies let exactly this pass');
select is(seen(s.name, 'select court_code from core.case_number_gaps'), s.courts, format('the gaps of these courts are seen: %s sees «%s»', s.name, s.courts))
from (
  values ('officer', 'BFC'), ('other_officer', 'LDFC'), ('judge', '42501'), ('cafcass', '42501'), ('social_worker', '42501'), ('agency', '42501'),
    ('adopter', '42501')
) as s (name, courts);
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'insert into core.case_number_gaps values (''BFC'', 1, 1, 1, 1)', 'update core.case_number_gaps set last_number = 9', 'delete from core.case_number_gaps',
  'truncate core.case_number_gaps'
]) as v;
select act_as_server();
select is(outcome('select from core.case_number_gaps'), '42501', 'the server may not read the table');

select * from finish();
rollback;
