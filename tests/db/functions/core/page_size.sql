\ir ../../fixtures.psql

select is(core.page_size(null, null, 20), 20, 'the default');
select is(core.page_size(1, 1, 20), 1, 'the least');
select is(core.page_size(2147483647, 100, 20), 100, 'the most');
select is(detail($$select core.page_size(0, null, 20)$$), '{"field": "page"}', 'pages count from 1');
select is(detail($$select core.page_size(null, 0, 20)$$), '{"field": "pageSize"}', 'too short');
select is(detail($$select core.page_size(null, 101, 20)$$), '{"field": "pageSize"}', 'too long');
select throws_ok($$select core.page_size(-1, null, 20)$$, 'JCVAL', null, 'refused');
select throws_ok($$select core.page_size(1, -1, 20)$$, 'JCVAL', null, 'refused');

select * from finish();
rollback;
