\ir ../../fixtures.psql

select is(core.status_place(s.status), s.place::smallint, s.status || ' stands where the type has it')
from unnest(enum_range(null::core.case_status)) with ordinality as s (status, place);
select is(core.status_place(null), null, 'no status, no place');

select * from finish();
rollback;
