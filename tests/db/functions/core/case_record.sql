\ir ../../fixtures.psql

select act_as('judge');
select is(core.case_record(id_of('ours')), r, 'one of core.case_records') from core.case_records(array[id_of('ours')]) as r;
select is((core.case_record(id_of('ours'))).id, id_of('ours'), 'of the case asked for');
select is((core.case_record(id_of('theirs'))).id, null, 'null for a case out of reach');

select * from finish();
rollback;
