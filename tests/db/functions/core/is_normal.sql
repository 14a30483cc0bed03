\ir ../../fixtures.psql

select is(core.is_normal(t), true, format('a text in NFC is normal: %L', t)) from unnest(array['', 'a.pdf', 'Zoë', '’–', '判决', '🏛']) as t;
select is(core.is_normal(t), false, format('a text in another form is not normal: %L', t)) from unnest(array[e'e\u0301', e'Zoe\u0308', e'\u212B', e'\uF900']) as t;
select is(core.is_normal(null), null, 'null gives null');

select * from finish();
rollback;
