\ir ../../fixtures.psql

select act_as('officer');
select is((core.find_case(id_of('ours'))).id, id_of('ours'), 'a case within reach');
select throws_ok($$select core.find_case(id_of('theirs'))$$, 'JCMIS', null, 'of another court');
select throws_ok($$select core.find_case(id_of('deleted'))$$, 'JCMIS', null, 'deleted');
select throws_ok($$select core.find_case('00000000-0000-0000-0000-000000000000')$$, 'JCMIS', null, 'not there');
select throws_ok($$select core.find_case(null)$$, 'JCMIS', null, 'no id given');

select * from finish();
rollback;
