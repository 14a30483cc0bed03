\ir ../../fixtures.psql

create temp table before as select everything() as digest;
select is(outcome(n, $$select api.unlink_organisation(id_of('ours'), 'la.one')$$), '42501', 'this function may not be called by ' || n)
from unnest('{judge,cafcass,social_worker,agency,adopter}'::text[]) as n;
select act_as('officer');
select is(outcome(format('select api.unlink_organisation(%s)', a.arguments)), a.refused, 'it is refused: ' || a.what)
from (
  values
    ('id_of(''theirs''), ''la.two''', 'JCMIS', 'a case of another court'),
    ('id_of(''deleted''), ''la.one''', 'JCMIS', 'a deleted case'),
    ('id_of(''ours''), ''la.two''', 'JCNIL', 'an organisation that is linked to another case'),
    ('id_of(''ours''), ''LA.one''', 'JCNIL', 'an id in other letters'),
    ('id_of(''ours''), null', 'JCNIL', 'no organisation id'),
    ('id_of(''ours''), repeat(''x'', 100)', 'JCNIL', 'an unknown organisation id of 100 characters'),
    ('id_of(''ours''), repeat(''x'', 101)', 'JCVAL', 'an organisation id of more than 100 characters')
) as a (arguments, refused, what);
select act_as_dba();
select is(everything(), digest, 'the refused attempts change nothing') from before;

select act_as('officer');
select is(
  moves(id_of('ours'), $$select api.unlink_organisation(id_of('ours'), e' la.one\n')$$), '{0,1}', 'ending a link makes one entry and does not change the case'
);
select is(outcome('social_worker', $$select api.get_case(id_of('ours'))$$), 'JCMIS', 'ending a link ends the access at once');
select is(outcome('assigned_social_worker', $$select api.get_case(id_of('ours'))$$), 'ok', 'a social worker with an assignment keeps access');
select is(outcome('agency', $$select api.get_case(id_of('ours'))$$), 'ok', 'workers of another linked organisation keep access');
select act_as('officer');
select is(outcome($$select api.unlink_organisation(id_of('ours'), 'la.one')$$), 'JCNIL', 'a link cannot be ended twice');
select isnt(l.unlinked_at, null, 'an ended link keeps its row') from core.organisation_links as l where l.case_id = id_of('ours') and l.organisation_id = 'la.one';

select * from finish();
rollback;
