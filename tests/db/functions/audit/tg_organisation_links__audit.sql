\ir ../../fixtures.psql

create function fixture.shown() returns text language sql security definer as $$
  select concat_ws(' ', n.name, e.entity, e.entity_id, e.action, e.actor, e.actor_role, e.before, e.after)
  from audit.entries as e
  join fixture.cases as n on n.id = e.case_id
  order by e.id desc limit 1;
$$;

select act_as('officer');
select is(
  moves(id_of('bare'), $$select api.link_organisation(id_of('bare'), 'a', 'LOCAL_AUTHORITY')$$), '{0,1}', 'a link makes one entry and does not change the case'
);
select is(
  shown(),
  'bare organisation a ORGANISATION_LINK officer.one HMCTS_CASE_OFFICER {"organisationId": "a", "organisationType": "LOCAL_AUTHORITY"}', 'the entry of a link has the organisation and type'
);
select is(moves(id_of('bare'), $$select api.unlink_organisation(id_of('bare'), 'a')$$), '{0,1}', 'the end of a link makes one entry');
select is(
  shown(),
  'bare organisation a ORGANISATION_UNLINK officer.one HMCTS_CASE_OFFICER {"organisationId": "a", "organisationType": "LOCAL_AUTHORITY"}', 'the entry of an ended link has the organisation and type'
);
select act_as_dba();
select is(row(e.before is null, e.after is null)::text, '(f,t)', 'the entry of an ended link has an image only before') from audit.entries as e order by e.id desc limit 1;

set local session_replication_role = replica;
select is(
  moves(id_of('bare'), $$
    insert into core.organisation_links (case_id, organisation_id, organisation_type) values (id_of('bare'), 'b', 'LOCAL_AUTHORITY')
  $$),
  '{0,1}', 'the trigger also fires in a session with session_replication_role = replica'
);

select * from finish();
rollback;
