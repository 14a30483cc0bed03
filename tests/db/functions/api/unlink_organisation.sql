\ir ../../fixtures.psql

create temp table before as select everything() as digest;
select is(outcome(n, $$select api.unlink_organisation(id_of('ours'), 'la.one')$$), '42501', 'not for ' || n)
from unnest('{judge,cafcass,social_worker,agency,adopter}'::text[]) as n;
select act_as('officer');
select is(outcome(format('select api.unlink_organisation(%s)', a.arguments)), a.refused, a.what)
from (
  values
    ('id_of(''theirs''), ''la.two''', 'JCMIS', 'of another court'),
    ('id_of(''deleted''), ''la.one''', 'JCMIS', 'deleted'),
    ('id_of(''ours''), ''la.two''', 'JCNIL', 'linked to another case'),
    ('id_of(''ours''), ''LA.one''', 'JCNIL', 'another organisation'),
    ('id_of(''ours''), null', 'JCNIL', 'no id given'),
    ('id_of(''ours''), repeat(''x'', 100)', 'JCNIL', 'as long as an id may be'),
    ('id_of(''ours''), repeat(''x'', 101)', 'JCVAL', 'too long')
) as a (arguments, refused, what);
select act_as_dba();
select is(everything(), digest, 'none of it changed anything') from before;

select act_as('officer');
select is(
  moves(id_of('ours'), $$select api.unlink_organisation(id_of('ours'), e' la.one\n')$$), '{0,1}', 'one entry, and the case does not move'
);
select is(outcome('social_worker', $$select api.get_case(id_of('ours'))$$), 'JCMIS', 'the access ends at once');
select is(outcome('assigned_social_worker', $$select api.get_case(id_of('ours'))$$), 'ok', 'not that of an assignment');
select is(outcome('agency', $$select api.get_case(id_of('ours'))$$), 'ok', 'nor another organisation''s');
select act_as('officer');
select is(outcome($$select api.unlink_organisation(id_of('ours'), 'la.one')$$), 'JCNIL', 'once');
select isnt(l.unlinked_at, null, 'the row is kept') from core.organisation_links as l where l.case_id = id_of('ours') and l.organisation_id = 'la.one';

select * from finish();
rollback;
