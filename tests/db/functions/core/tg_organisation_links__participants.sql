\ir ../../fixtures.psql

create function fixture.organisations(p_name text) returns text[] language sql as $$
  select p.organisation_ids from core.case_participants as p where p.case_id = id_of(p_name);
$$;

select act_as('officer');
select api.link_organisation(id_of('bare'), 'la', 'LOCAL_AUTHORITY');
select is(organisations('bare'), '{la}', 'a linked local authority is gathered');

select act_as('HMCTS_CASE_OFFICER', 'officer.other', 'BFC', null);
insert into core.organisation_links (case_id, organisation_id, organisation_type) values (id_of('bare'), 'va', 'VOLUNTARY_AGENCY');
select bag_eq($$select unnest(organisations('bare'))$$, $$values ('la'), ('va')$$, 'an agency that is linked by plain SQL is gathered');
select api.unlink_organisation(id_of('bare'), 'la');
select is(organisations('bare'), '{va}', 'an organisation whose link has ended is removed');
update core.organisation_links set unlinked_at = now() where case_id = id_of('bare') and unlinked_at is null;
select is(organisations('bare'), null, 'a case without links has no organisations');

select act_as_dba();
insert into core.organisation_links (case_id, organisation_id, organisation_type) values (id_of('bare'), 'la', 'LOCAL_AUTHORITY');
select is(organisations('bare'), '{la}', 'an organisation that is linked without the server is gathered');
select bag_eq($$select unnest(organisations('theirs'))$$, $$values ('la.two'), ('va.two')$$, 'other cases keep their organisations');

select * from finish();
rollback;
