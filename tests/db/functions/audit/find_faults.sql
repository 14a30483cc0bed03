\ir ../../fixtures.psql

select act_as_dba();
create function fixture.faults() returns table (name text, problem text) language sql as $$
  select c.name, f.problem
  from audit.find_faults('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff') as f
  join cases as c on c.id = f.case_id;
$$;
select is_empty('select * from faults()', 'an unchanged database has no faults');
select disable_triggers();
update audit.entries set client_address = 'elsewhere' where id = (select min(e.id) from audit.entries as e join cases as c on c.id = e.case_id where c.name = 'ours');
update core.cases set version = version + 1 where id = (select c.id from cases as c where c.name = 'theirs');
select results_eq(
  'select f.name, left(f.problem, 7) from faults() as f order by 1, 2', $$values ('ours', 'changed'), ('theirs', 'case ' || left(id_of('theirs')::text, 2)), ('theirs', 'version')$$, 'each fault is found in its case'
);
select is_empty($$select f.* from cases as c, audit.find_faults(c.id, c.id) as f where c.name = 'bare'$$, 'only the given cases are checked');
update audit.entries set court_code = 'LDFC' where id = (select min(e.id) from audit.entries as e join cases as c on c.id = e.case_id where c.name = 'bare');
select is(
  array(select f.problem from audit.find_faults(id_of('bare'), id_of('bare')) as f order by 1),
  '{"changed, or an entry before it is missing","of another court than its case: LDFC"}', 'an entry with another court than its case is found'
);
select is(outcome(c.name, 'select audit.find_faults(null, null)'), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
