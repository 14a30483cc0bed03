\ir ../../fixtures.psql

select act_as('officer');
select is((core.find_case(id_of('ours'))).id, id_of('ours'), 'a case within reach is found');
select throws_ok($$select core.find_case(id_of('theirs'))$$, 'JCMIS', null, 'a case of another court is not found');
select throws_ok($$select core.find_case(id_of('deleted'))$$, 'JCMIS', null, 'a deleted case is not found');
select throws_ok($$select core.find_case('00000000-0000-0000-0000-000000000000')$$, 'JCMIS', null, 'a case that does not exist is not found');
select throws_ok($$select core.find_case(null)$$, 'JCMIS', null, 'no case is found without an id');

select * from finish();
rollback;
