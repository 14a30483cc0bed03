\ir ../../fixtures.psql

select is(core.is_normal(t), true, format('%L', t)) from unnest(array['', 'a.pdf', 'Zoë', '’–', '判决', '🏛']) as t;
select is(core.is_normal(t), false, format('%L', t)) from unnest(array[e'e\u0301', e'Zoe\u0308', e'\u212B', e'\uF900']) as t;
select is(core.is_normal(null), null, 'null stays null');

select * from finish();
rollback;
