\ir ../../fixtures.psql

-- A mark from the store, with one field changed.
create function fixture.mark_with(p_change jsonb) returns jsonb language sql as $$
  select jsonb_build_object('storeId', h.store_id, 'entryId', e.id, 'entryDigest', encode(e.digest, 'hex')) || p_change
  from auth.home as h, (select i.id, i.digest from audit.entries as i order by i.id desc limit 1) as e;
$$;
select act_as_dba();
select is(auth.check_home(null), null, 'before a server has been here, a store without a mark is fine');
update auth.home set store_id = 'aaaaaaaa-0000-4000-8000-000000000000';
select is(auth.check_home(mark_with(c.change)), c.problem, c.what)
from (values
  ('{}'::jsonb, null, 'the newest entry'),
  ('{"entryId": null, "entryDigest": null}', null, 'a mark from before there were entries'),
  ('{"series": {"BFC/2026": 99}}', null, 'failures return their numbers'),
  ('{"entryId": 999999}', 'LOST', 'an entry that is not there'),
  ('{"entryDigest": "00"}', 'LOST', 'another entry under its id'),
  ('{"storeId": "bbbbbbbb-0000-4000-8000-000000000000"}', 'STORE', 'another store')
) as c (change, problem, what);
select is(
  auth.check_home(mark_with(jsonb_build_object('entryId', e.id, 'entryDigest', encode(e.digest, 'hex')))), null, 'an older entry: there have been more since'
)
from (select i.id, i.digest from audit.entries as i order by i.id limit 1) as e;
select is(auth.check_home(null), 'STORE', 'there was a mark');
update auth.home set system_identifier = '1';
select is(auth.check_home(mark_with('{}')), 'CLUSTER', 'another cluster');
select is(auth.check_home(mark_with('{"entryId": 999999}')), 'CLUSTER', 'which comes first');

select act_as_server();
select is(auth.check_home(null), 'CLUSTER', 'the server may ask');
select is(outcome(v), '42501', 'the server: ' || v)
from unnest(array['select from auth.home', 'update auth.home set system_identifier = ''1''', 'select auth.after_restore(null, 0, true)', 'select core.pass_over_numbers(null, now(), 1, 1)']) as v;
select is(outcome(c.name, 'select auth.check_home(null)'), '42501', 'not for ' || c.name) from callers as c;

select act_as_dba();
select is(outcome(v), 'JCAPP', v) from unnest('{delete from auth.home,truncate auth.home}'::text[]) as v;
select is(outcome($$insert into auth.home (system_identifier) values ('2')$$), '23505', 'one row at most');

select * from finish();
rollback;
