\ir ../../fixtures.psql

select act_as_server();
create temporary table marks as select auth.take_mark() as mark;
insert into marks select auth.take_mark();
select is(count(distinct m.mark ->> 'storeId'), 1::bigint, 'the store gets its id once') from marks as m;
select is(auth.check_home(m.mark), null, 'the mark is that of this database') from marks as m limit 1;

select act_as_dba();
select is((m.mark ->> 'entryId')::bigint, (select max(e.id) from audit.entries as e), 'the mark has the newest entry') from marks as m limit 1;
select is(
  m.mark -> 'series', (select jsonb_object_agg(s.court_code || '/' || s.year, s.last_number) from core.case_number_series as s), 'the mark has the last number of each series'
)
from marks as m limit 1;
select is(outcome(c.name, 'select auth.take_mark()'), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
