\ir ../../fixtures.psql

select results_eq(
  $$
    select core.attention(now() + t.step)
    from unnest(
      '{-1 microsecond,0,7 days,7 days 1 microsecond,NULL}'::interval[]
    ) with ordinality as t (step, place)
    order by t.place
  $$,
  $$values ('overdue'), ('approaching'), ('approaching'), ('normal'), ('normal')$$,
  'a past hearing is overdue, one within seven days is approaching, and any other is normal'
);

select * from finish();
rollback;
