\ir ../../fixtures.psql

create function fixture.reach(p_name text) returns bigint language sql security definer as $$
  select count(*) from core.case_reach as r where r.case_id = id_of(p_name);
$$;

select is(reach('deleted'), 0::bigint, 'nobody reaches a deleted case by name');
select is(reach('ours'), 7::bigint, 'all users and organisations of a case reach it');
select act_as('officer');
select api.update_case(id_of('ours'), null, '{"notes": "x"}');
select is(reach('ours'), 7::bigint, 'a change of details does not change the reach');
update core.cases set deleted_at = now() where id = id_of('ours');
select is(reach('ours'), 0::bigint, 'nobody reaches a case after it is deleted, even by plain SQL');
select is(reach('theirs'), 7::bigint, 'other cases keep their reach');

select * from finish();
rollback;
