\ir ../../fixtures.psql

select is(core.nfc(t), t, format('a text in NFC stays as it is: %L', t)) from unnest(array['', 'a.pdf', 'Zoë', '判决', '🏛']) as t;
select is(core.nfc(f.text), f.nfc, format('a text is converted to NFC: %L', f.text))
from (values (e'e\u0301', 'é'), (e'Zoe\u0308', 'Zoë'), (e'\u212B', 'Å')) as f (text, nfc)
where current_setting('server_version_num')::integer >= 130000;
select is(core.nfc(null), null, 'null gives null');

select * from finish();
rollback;
