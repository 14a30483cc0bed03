\ir ../../fixtures.psql

create function fixture.reach(p_name text) returns text[] language sql security definer as $$
  select array_agg(concat_ws(' ', r.way, r.reached_by) order by r.way, r.reached_by) from core.case_reach as r where r.case_id = id_of(p_name);
$$;

select act_as('officer');
select api.link_organisation(id_of('bare'), 'la', 'LOCAL_AUTHORITY');
insert into core.organisation_links (case_id, organisation_id, organisation_type) values (id_of('bare'), 'va', 'VOLUNTARY_AGENCY');
select is(reach('bare'), '{LOCAL_AUTHORITY la,VOLUNTARY_AGENCY va}', 'each link gives reach of its own kind, even if made by plain SQL');
select api.unlink_organisation(id_of('bare'), 'la');
select is(reach('bare'), '{VOLUNTARY_AGENCY va}', 'an ended link gives no reach');
select api.link_organisation(id_of('bare'), 'la', 'VOLUNTARY_AGENCY');
select is(reach('bare'), '{VOLUNTARY_AGENCY la,VOLUNTARY_AGENCY va}', 'a new link gives reach of its own kind');

select act_as_dba();
insert into core.organisation_links (case_id, organisation_id, organisation_type) values (id_of('bare'), 'past', 'LOCAL_AUTHORITY');
select is(reach('bare'), '{LOCAL_AUTHORITY past,VOLUNTARY_AGENCY la,VOLUNTARY_AGENCY va}', 'a link made without the server gives reach');
select matches(reach('theirs')::text, 'LOCAL_AUTHORITY la.two', 'other cases keep their reach');

select * from finish();
rollback;
