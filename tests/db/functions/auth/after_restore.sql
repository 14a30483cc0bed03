\ir ../../fixtures.psql

select act_as_dba();
create function fixture.restored(p_mark jsonb, p_gap integer, p_anyway boolean default false) returns auth.restore language plpgsql as $$
declare
  v_done auth.restore;
begin
  set local role casefile_owner;
  set local row_security = off;
  v_done := auth.after_restore(p_mark, p_gap, p_anyway);
  reset role;
  set local row_security = on;
  return v_done;
end;
$$;
create table fixture.before as
select s.last_number, (select count(*) from auth.sessions) as sessions, (select max(e.id) from audit.entries as e) as entry_id
from core.case_number_series as s where s.court_code = 'BFC';

update auth.home set store_id = core.new_id();
select is(
  outcome(format('set local role casefile_owner; select auth.after_restore(%L, 5, false)', m.mark)), 'JCFIX', 'a database without a sign of a restore is refused'
)
from (select jsonb_build_object('storeId', h.store_id) as mark from auth.home as h) as m;

update auth.home set system_identifier = '1';
insert into core.kept_answers (user_role, user_id, key, request_sha256) values ('ADOPTER', 'somebody', 'a key', sha256('r'));
create table fixture.done as
select r.* from restored(jsonb_build_object('series', jsonb_build_object('BFC/' || extract(year from now()), 40)), 10) as r;
select is((d.is_new, d.sessions_ended, d.keys_ended, d.number_gap), (true, b.sessions::integer, 1, 10), 'the result says what was done') from done as d, before as b;
select is((select count(*) from auth.sessions) + (select count(*) from core.kept_answers), 0::bigint, 'all sessions and keys are ended');
select is(s.last_number, 50, 'the series moves beyond the last number that the mark has') from core.case_number_series as s where s.court_code = 'BFC';
select is((s.last_number, s.case_count), (10, 0), 'the series of a court without a case moves too') from core.case_number_series as s where s.court_code = 'KIFC' or s.court_code = (select min(c.code) from core.courts as c where c.code not in ('BFC', 'LDFC')) limit 1;
select is((g.first_number, g.last_number), (b.last_number + 1, 50), 'the gap is recorded')
from core.case_number_gaps as g, before as b where g.court_code = 'BFC';
select is_empty('select * from core.find_number_faults()', 'the recorded gap is not a fault');
select results_eq(
  'select r.old_system_identifier, r.system_identifier, r.store_id, r.last_entry_id, r.actor from audit.restores as r',
  $$
    select '1', (select s.system_identifier::text from pg_control_system() as s), d.store_id, b.entry_id, session_user::text collate "default"
    from done as d, before as b
  $$,
  'the restore is recorded'
);
select is(auth.check_home(jsonb_build_object('storeId', d.store_id)), null, 'the database is at home again') from done as d;
select cmp_ok(nextval(pg_get_serial_sequence('audit.entries', 'id')), '>', b.entry_id + 10, 'ids of lost entries are not used again') from before as b;

select is((r.is_new, r.store_id), (false, d.store_id), 'a second call changes nothing') from done as d, restored(null, 10, true) as r;
select is((select count(*) from audit.restores), 1::bigint, 'a second call records nothing');
select new_case_in('later', 'APPLICATION');
select act_as_dba();
select is((restored(null, 10, true)).is_new, true, 'after a change of a case, the call counts as another restore');
insert into audit.restores (actor, old_system_identifier, system_identifier, store_id, last_entry_id, sessions_ended, keys_ended, number_gap)
select 'a', '1', '2', h.store_id, (select max(e.id) from audit.entries as e), 0, 0, 5 from auth.home as h;
select is((restored(null, 10, true)).is_new, true, 'after a restore in another cluster, the call counts as another restore');
insert into audit.restores (actor, old_system_identifier, system_identifier, store_id, last_entry_id, sessions_ended, keys_ended, number_gap)
select 'a', '1', h.system_identifier, core.new_id(), (select max(e.id) from audit.entries as e), 0, 0, 5 from auth.home as h;
select is((restored(jsonb_build_object('storeId', h.store_id), 10, true)).is_new, true, 'after a restore with another store, the call counts as another restore') from auth.home as h;
select is(outcome(v), 'JCAPP', 'the record cannot be changed: ' || v)
from unnest('{delete from audit.restores,update audit.restores set actor = null,truncate audit.restores cascade,delete from core.case_number_gaps,truncate core.case_number_gaps}'::text[]) as v;

select is(outcome(c.name, 'select auth.after_restore(null, 1, true)'), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
