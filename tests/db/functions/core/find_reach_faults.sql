\ir ../../fixtures.psql

select act_as_dba();
create function fixture.faults() returns table (name text, problem text) language sql as $$
  select c.name, f.problem
  from core.find_reach_faults('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff') as f
  join cases as c on c.id = f.case_id;
$$;
select is_empty('select * from faults()', 'an unchanged database has no faults');

insert into core.case_reach (case_id, way, reached_by, created_at)
values (id_of('bare'), 'JUDICIAL', 'x', now()), (id_of('deleted'), 'JUDICIAL', 'judge.one', now());
delete from core.case_reach where case_id = id_of('ours') and way = 'CAFCASS';
update core.case_reach set created_at = created_at - interval '1 day' where case_id = id_of('theirs') and way = 'CAFCASS';
select bag_eq(
  'select * from faults()',
  $$
    values
      ('bare', 'JUDICIAL x reaches it, and is not tied to it'),
      ('deleted', 'JUDICIAL judge.one reaches it, and is not tied to it'),
      ('ours', 'CAFCASS cafcass.one does not reach it'),
      ('theirs', 'CAFCASS cafcass.two does not reach it'),
      ('theirs', 'CAFCASS cafcass.two reaches it, and is not tied to it')
  $$,
  'too much reach, too little reach and a wrong time of creation are found'
);
select is_empty($$select f.* from cases as c, core.find_reach_faults(c.id, c.id) as f where c.name = 'other'$$, 'only the given cases are checked');

select core.gather_reach(array(select c.id from core.cases as c where c.id <> id_of('theirs')));
select is(array(select distinct f.name from faults() as f), '{theirs}', 'gathering the reach again mends the faults');

select * from finish();
rollback;
