\ir ../../fixtures.psql

select is(core.read_case_filter(null, null, null, null, null), null::core.case_filter, 'no conditions give a null filter');
select is(
  core.read_case_filter('ON_HOLD', 'FOSTER_TO_ADOPT', null, null, e' bfc/2026 \t'),
  row('ON_HOLD', 'FOSTER_TO_ADOPT', null, null, 'BFC/2026')::core.case_filter,
  'words are kept as they are; a case number is trimmed and in capitals'
);

-- The bounds of days in Europe/London, wherever the server is.
set local timezone = 'Pacific/Auckland';
select results_eq(
  $$
    select f.since at time zone 'UTC', f.before at time zone 'UTC'
    from unnest('{2026-01-15,2026-03-29,2026-07-01,2026-10-25}'::date[]) with ordinality as d (day, place),
      core.read_case_filter(null, null, d.day, d.day, null) as f
    order by d.place
  $$,
  $$values
    ('2026-01-15 00:00'::timestamp, '2026-01-16 00:00'::timestamp),
    ('2026-03-29 00:00', '2026-03-29 23:00'),
    ('2026-06-30 23:00', '2026-07-01 23:00'),
    ('2026-10-24 23:00', '2026-10-26 00:00')
  $$,
  'the bounds of a day are those of London, also when summer time begins or ends'
);

select * from finish();
rollback;
