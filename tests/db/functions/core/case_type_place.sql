\ir ../../fixtures.psql

select is(core.case_type_place(t.case_type), t.place::smallint, t.case_type || ' has the place of the type''s order')
from unnest(enum_range(null::core.case_type)) with ordinality as t (case_type, place);
select is(core.case_type_place(null), null, 'null has no place');

select * from finish();
rollback;
