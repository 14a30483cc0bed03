\ir ../../fixtures.psql

select act_as_dba();
set local session_replication_role = replica;
select is_empty('select * from core.find_number_faults()', 'an unchanged database has no faults');
insert into audit.restores (actor, old_system_identifier, system_identifier, store_id, sessions_ended, keys_ended, number_gap)
values ('a', '1', '2', core.new_id(), 0, 0, 5);
create function fixture.faults(p_series integer, p_gap text) returns text language plpgsql as $$
declare
  v_faults text;
begin
  update core.case_number_series set last_number = p_series where court_code = 'BFC';
  delete from core.case_number_gaps;
  execute 'insert into core.case_number_gaps select ''BFC'', s.year, ' || p_gap || ', r.id from core.case_number_series as s, audit.restores as r where s.court_code = ''BFC''';
  select string_agg(f.problem, ', ' order by f.problem) into v_faults from core.find_number_faults() as f;
  return v_faults;
end;
$$;
create table fixture.last as select s.last_number as n from core.case_number_series as s where s.court_code = 'BFC';
alter table core.case_number_gaps disable trigger user;
alter table core.case_number_series disable trigger user;
select is(faults(n + 5, format('%s, %s', n + 1, n + 5)), null, 'a recorded gap is not a fault') from last;
select is(faults(n + 6, format('%s, %s', n + 1, n + 5)), 'the series is not where its cases are', 'a series beyond its cases and gaps is a fault') from last;
select is(faults(n + 5, format('%s, %s', n + 2, n + 5)), 'numbers are missing', 'a missing number before a gap is a fault') from last;
select matches(faults(n, format('%s, %s', n, n)), 'a case has a number that was passed over', 'a case with a number in a gap is a fault') from last;
select is(outcome(c.name, 'select core.find_number_faults()'), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
