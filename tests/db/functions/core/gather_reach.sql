\ir ../../fixtures.psql

select act_as_dba();
create function fixture.reach(p_name text) returns text[] language sql as $$
  select array_agg(concat_ws(' ', r.way, r.reached_by) order by r.way, r.reached_by) from core.case_reach as r where r.case_id = id_of(p_name);
$$;
create temp table others as select r from core.case_reach as r where r.case_id <> id_of('bare');

alter table core.assignments disable trigger user;
insert into core.assignments (id, case_id, court_code, user_id, assignment_type, revoked_at)
values
  (core.new_id(), id_of('bare'), 'BFC', 'a', 'JUDICIAL', null), (core.new_id(), id_of('bare'), 'BFC', 'b', 'APPLICANT', null),
  (core.new_id(), id_of('bare'), 'BFC', 'gone', 'CAFCASS', now());
select is(reach('bare'), null, 'with triggers disabled, no reach is gathered');
select core.gather_reach(array[id_of('bare'), core.new_id()]);
select is(reach('bare'), '{APPLICANT b,JUDICIAL a}', 'gathering writes the missing reach');

update core.assignments set revoked_at = now() where case_id = id_of('bare') and user_id = 'b';
insert into core.assignments (id, case_id, court_code, user_id, assignment_type) values (core.new_id(), id_of('bare'), 'BFC', 'c', 'SOCIAL_WORKER');
select core.gather_reach(array[id_of('bare')]);
select is(reach('bare'), '{JUDICIAL a,SOCIAL_WORKER c}', 'gathering adds new users and removes old ones');
select core.gather_reach(array[id_of('bare')]);
select is(reach('bare'), '{JUDICIAL a,SOCIAL_WORKER c}', 'gathering again changes nothing');
select bag_eq(
  $$select r from core.case_reach as r where r.case_id <> id_of('bare')$$, 'select r from others', 'no other case is touched'
);

select * from finish();
rollback;
