\ir ../../fixtures.psql

create function fixture.reach(p_name text) returns text[] language sql security definer as $$
  select array_agg(concat_ws(' ', r.way, r.reached_by) order by r.way, r.reached_by) from core.case_reach as r where r.case_id = id_of(p_name);
$$;

select act_as('officer');
select api.link_organisation(id_of('bare'), 'la', 'LOCAL_AUTHORITY');
insert into core.organisation_links (case_id, organisation_id, organisation_type) values (id_of('bare'), 'va', 'VOLUNTARY_AGENCY');
select is(reach('bare'), '{LOCAL_AUTHORITY la,VOLUNTARY_AGENCY va}', 'each link in its way, by SQL of an officer''s own too');
select api.unlink_organisation(id_of('bare'), 'la');
select is(reach('bare'), '{VOLUNTARY_AGENCY va}', 'until unlinked');
select api.link_organisation(id_of('bare'), 'la', 'VOLUNTARY_AGENCY');
select is(reach('bare'), '{VOLUNTARY_AGENCY la,VOLUNTARY_AGENCY va}', 'and in another way, if it is linked so');

select act_as_dba();
insert into core.organisation_links (case_id, organisation_id, organisation_type) values (id_of('bare'), 'past', 'LOCAL_AUTHORITY');
select is(reach('bare'), '{LOCAL_AUTHORITY past,VOLUNTARY_AGENCY la,VOLUNTARY_AGENCY va}', 'and past the server');
select matches(reach('theirs')::text, 'LOCAL_AUTHORITY la.two', 'of this case alone');

select * from finish();
rollback;
