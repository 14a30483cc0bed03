\ir ../../fixtures.psql

create function fixture.assignment_of(p_case text, p_user_id text) returns uuid language sql security definer as $$
  select a.id from core.assignments as a where a.case_id = id_of(p_case) and a.user_id = p_user_id order by a.id desc limit 1;
$$;
create temp table before as select everything() as digest;

select is(outcome(n, $$select api.revoke_assignment(id_of('ours'), assignment_of('ours', 'judge.one'))$$), '42501', 'this function may not be called by ' || n)
from unnest('{judge,cafcass,social_worker,agency,adopter}'::text[]) as n;
select act_as('officer');
select is(outcome(format('select api.revoke_assignment(%s)', a.arguments)), a.refused, 'it is refused: ' || a.what)
from (
  values
    ('id_of(''theirs''), assignment_of(''theirs'', ''judge.two'')', 'JCMIS', 'a case of another court'),
    ('id_of(''deleted''), assignment_of(''deleted'', ''judge.one'')', 'JCMIS', 'a deleted case'),
    ('id_of(''ours''), assignment_of(''theirs'', ''judge.two'')', 'JCNIL', 'an assignment of another court, through a case of ours'),
    ('id_of(''bare''), assignment_of(''ours'', ''judge.one'')', 'JCNIL', 'an assignment of another case'),
    ('id_of(''ours''), core.new_id()', 'JCNIL', 'an assignment that does not exist'),
    ('id_of(''ours''), null', 'JCNIL', 'no assignment id')
) as a (arguments, refused, what);
select act_as_dba();
select is(everything(), digest, 'the refused revocations change nothing') from before;

select act_as('officer');
select is(
  moves(id_of('ours'), $$select api.revoke_assignment(id_of('ours'), assignment_of('ours', 'adopter.one'))$$), '{0,1}',
  'a revocation makes one entry and does not change the case'
);
select is(outcome('adopter', $$select api.get_case(id_of('ours'))$$), 'JCMIS', 'a revocation ends the access at once');
select is(outcome('spouse', $$select api.get_case(id_of('ours'))$$), 'ok', 'a revocation does not end the access of others');
select act_as('officer');
select is(outcome($$select api.revoke_assignment(id_of('ours'), assignment_of('ours', 'adopter.one'))$$), 'JCNIL', 'an assignment cannot be revoked twice');
select isnt(a.revoked_at, null, 'a revoked assignment keeps its row') from core.assignments as a where a.id = assignment_of('ours', 'adopter.one');

select * from finish();
rollback;
