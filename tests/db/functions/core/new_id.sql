\ir ../../fixtures.psql

create temp table made as select core.new_id() as id from generate_series(1, 1000);
select is(count(distinct m.id), 1000::bigint, 'no two ids are the same') from made as m;
select is_empty(
  $$select m.id from made as m where m.id::text !~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'$$,
  'every id is a UUID of version 7'
);
select is_empty(
  $$
    select m.id
    from made as m
    where abs(
      ('x' || lpad(substr(replace(m.id::text, '-', ''), 1, 12), 16, '0'))::bit(64)::bigint
      - extract(epoch from clock_timestamp()) * 1000
    ) > 10000
  $$,
  'every id begins with the current time in milliseconds'
);

select * from finish();
rollback;
