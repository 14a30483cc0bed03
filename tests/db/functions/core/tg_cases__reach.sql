\ir ../../fixtures.psql

create function fixture.reach(p_name text) returns bigint language sql security definer as $$
  select count(*) from core.case_reach as r where r.case_id = id_of(p_name);
$$;

select is(reach('deleted'), 0::bigint, 'nobody reaches a deleted case by name');
select is(reach('ours'), 7::bigint, 'all who are tied to another');
select act_as('officer');
select api.update_case(id_of('ours'), null, '{"notes": "x"}');
select is(reach('ours'), 7::bigint, 'after other changes');
update core.cases set deleted_at = now() where id = id_of('ours');
select is(reach('ours'), 0::bigint, 'until it is deleted, by SQL of an officer''s own too');
select is(reach('theirs'), 7::bigint, 'it alone');

select * from finish();
rollback;
