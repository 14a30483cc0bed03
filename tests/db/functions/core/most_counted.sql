\ir ../../fixtures.psql

select is(core.most_counted(), 1000::bigint, 'the limit is 1,000, as the API''s document says');

select * from finish();
rollback;
