\ir ../../fixtures.psql

select is(core.most_counted(), 1000::bigint, 'as the API documents it');

select * from finish();
rollback;
