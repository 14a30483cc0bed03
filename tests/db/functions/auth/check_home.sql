\ir ../../fixtures.psql

-- A mark from the store, with one field changed.
create function fixture.mark_with(p_change jsonb) returns jsonb language sql as $$
  select jsonb_build_object('storeId', h.store_id, 'entryId', e.id, 'entryDigest', encode(e.digest, 'hex')) || p_change
  from auth.home as h, (select i.id, i.digest from audit.entries as i order by i.id desc limit 1) as e;
$$;
select act_as_dba();
select is(auth.check_home(null), null, 'a database that no server has served accepts a store without a mark');
update auth.home set store_id = 'aaaaaaaa-0000-4000-8000-000000000000';
select is(auth.check_home(mark_with(c.change)), c.problem, c.what)
from (values
  ('{}'::jsonb, null, 'a mark with the newest entry is accepted'),
  ('{"entryId": null, "entryDigest": null}', null, 'a mark from before there were entries is accepted'),
  ('{"series": {"BFC/2026": 99}}', null, 'a mark with a higher case number is accepted, because failures give numbers back'),
  ('{"entryId": 999999}', 'LOST', 'a mark with an entry that does not exist is refused'),
  ('{"entryDigest": "00"}', 'LOST', 'a mark with another entry under the same id is refused'),
  ('{"storeId": "bbbbbbbb-0000-4000-8000-000000000000"}', 'STORE', 'the mark of another store is refused')
) as c (change, problem, what);
select is(
  auth.check_home(mark_with(jsonb_build_object('entryId', e.id, 'entryDigest', encode(e.digest, 'hex')))), null, 'a mark with an older entry is accepted'
)
from (select i.id, i.digest from audit.entries as i order by i.id limit 1) as e;
select is(auth.check_home(null), 'STORE', 'a store that has lost its mark is refused');
update auth.home set system_identifier = '1';
select is(auth.check_home(mark_with('{}')), 'CLUSTER', 'another cluster is refused');
select is(auth.check_home(mark_with('{"entryId": 999999}')), 'CLUSTER', 'another cluster is reported before a lost entry');

select act_as_server();
select is(auth.check_home(null), 'CLUSTER', 'the server may call it');
select is(outcome(v), '42501', 'the server may not look at or change the home itself: ' || v)
from unnest(array['select from auth.home', 'update auth.home set system_identifier = ''1''', 'select auth.after_restore(null, 0, true)', 'select core.pass_over_numbers(null, now(), 1, 1)']) as v;
select is(outcome(c.name, 'select auth.check_home(null)'), '42501', 'this function may not be called by ' || c.name) from callers as c;

select act_as_dba();
select is(outcome(v), 'JCAPP', 'the row cannot be removed: ' || v) from unnest('{delete from auth.home,truncate auth.home}'::text[]) as v;
select is(outcome($$insert into auth.home (system_identifier) values ('2')$$), '23505', 'auth.home has at most one row');

select * from finish();
rollback;
