\ir ../../fixtures.psql

create function fixture.listed(p_caller text, p_case text) returns text language sql as $$
  select act_as(p_caller);
  select string_agg(concat_ws(' ', l.organisation_type, l.organisation_id, l.created_by), ', ' order by l.organisation_id)
  from unnest(api.list_organisations(id_of(p_case))) as l;
$$;

select is(listed(n, 'ours'), 'LOCAL_AUTHORITY la.one officer.one, VOLUNTARY_AGENCY va.one officer.one', 'all links are listed for ' || n)
from unnest('{officer,judge,cafcass,social_worker,assigned_social_worker,agency}'::text[]) as n;
select is(outcome('adopter', $$select api.list_organisations(id_of('ours'))$$), '42501', 'an adopter may not list the organisations');
select act_as('officer');
select is(api.list_organisations(id_of('bare')), '{}', 'a case without links gives an empty list');

select is(outcome(c.name, $$select api.list_organisations(id_of('ours'))$$), 'JCMIS', 'the case is not found by ' || c.name)
from callers as c where c.name ~ 'other' and c.role <> 'ADOPTER';
select is(outcome('officer', $$select api.list_organisations(id_of('deleted'))$$), 'JCMIS', 'a deleted case is not found');
select is(outcome('officer', $$select api.list_organisations(core.new_id())$$), 'JCMIS', 'a case that does not exist is not found');

select act_as('officer');
select api.unlink_organisation(id_of('ours'), 'la.one');
select is(listed('judge', 'ours'), 'VOLUNTARY_AGENCY va.one officer.one', 'ended links are not listed');

select * from finish();
rollback;
