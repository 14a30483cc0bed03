\ir ../../fixtures.psql

create function fixture.shown() returns text language sql security definer as $$
  select concat_ws(' ', n.name, e.entity, e.entity_id, e.action, e.actor, e.actor_role, e.before, e.after)
  from audit.entries as e
  join fixture.cases as n on n.id = e.case_id
  order by e.id desc limit 1;
$$;

select act_as('officer');
select is(
  moves(id_of('bare'), $$select api.link_organisation(id_of('bare'), 'a', 'LOCAL_AUTHORITY')$$), '{0,1}', 'one entry, and the case does not move'
);
select is(
  shown(),
  'bare organisation a ORGANISATION_LINK officer.one HMCTS_CASE_OFFICER {"organisationId": "a", "organisationType": "LOCAL_AUTHORITY"}', 'a link'
);
select is(moves(id_of('bare'), $$select api.unlink_organisation(id_of('bare'), 'a')$$), '{0,1}', 'one entry');
select is(
  shown(),
  'bare organisation a ORGANISATION_UNLINK officer.one HMCTS_CASE_OFFICER {"organisationId": "a", "organisationType": "LOCAL_AUTHORITY"}', 'its end'
);
select act_as_dba();
select is(row(e.before is null, e.after is null)::text, '(f,t)', 'only before') from audit.entries as e order by e.id desc limit 1;

set local session_replication_role = replica;
select is(
  moves(id_of('bare'), $$
    insert into core.organisation_links (case_id, organisation_id, organisation_type) values (id_of('bare'), 'b', 'LOCAL_AUTHORITY')
  $$),
  '{0,1}', 'in a replica''s session, too'
);

select * from finish();
rollback;
