\ir ../../fixtures.psql

select is(core.case_type_place(t.case_type), t.place::smallint, t.case_type || ' stands where the type has it')
from unnest(enum_range(null::core.case_type)) with ordinality as t (case_type, place);
select is(core.case_type_place(null), null, 'no type, no place');

select * from finish();
rollback;
