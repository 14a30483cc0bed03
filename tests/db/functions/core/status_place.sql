\ir ../../fixtures.psql

select is(core.status_place(s.status), s.place::smallint, s.status || ' has the place of the type''s order')
from unnest(enum_range(null::core.case_status)) with ordinality as s (status, place);
select is(core.status_place(null), null, 'null has no place');

select * from finish();
rollback;
