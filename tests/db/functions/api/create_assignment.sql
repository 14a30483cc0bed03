\ir ../../fixtures.psql

select act_as('officer');
select is(
  to_jsonb(api.create_assignment(id_of('bare'), e' judge.one\n', ' JUDICIAL ')) - '{id,created_at}'::text[],
  jsonb_build_object('case_id', id_of('bare'), 'user_id', 'judge.one', 'assignment_type', 'JUDICIAL', 'created_by', 'officer.one'),
  'an assignment, trimmed'
);
select is(outcome('judge', $$select api.get_case(id_of('bare'))$$), 'ok', 'gives access at once');
select act_as('officer');
select is((api.get_case(id_of('bare'))).case_record.version, 1, 'and does not move the case');

select is(outcome($$select api.create_assignment(id_of('bare'), 'judge.one', 'JUDICIAL')$$), 'JCDUP', 'there already');
select is(outcome(s), 'ok', 'not the same: ' || s)
from unnest(array[
  'select api.create_assignment(id_of(''bare''), ''judge.one'', ''CAFCASS'')', 'select api.create_assignment(id_of(''bare''), ''Judge.One'', ''JUDICIAL'')',
  'select api.create_assignment(id_of(''ours''), ''judge.two'', ''JUDICIAL'')'
]) as s;
select is((api.create_assignment(id_of('bare'), 'x', t)).assignment_type, t, 'of type ' || t)
from unnest('{JUDICIAL,CAFCASS,SOCIAL_WORKER,APPLICANT}'::text[]) as t;

select api.revoke_assignment(id_of('bare'), a.id) from core.assignments as a where a.case_id = id_of('bare') and a.user_id = 'judge.one';
select lives_ok($$select api.create_assignment(id_of('bare'), 'judge.one', 'JUDICIAL')$$, 'again, after it was revoked');

select act_as_dba();
create temp table before as select everything() as digest;
select act_as('officer');
select is(outcome(format('select api.create_assignment(%s)', a.arguments)), a.refused, a.what)
from (
  values
    ('id_of(''theirs''), ''x'', ''CAFCASS''', 'JCMIS', 'of another court'),
    ('id_of(''deleted''), ''x'', ''CAFCASS''', 'JCMIS', 'deleted'),
    ('core.new_id(), ''x'', ''CAFCASS''', 'JCMIS', 'not there'),
    ('id_of(''theirs''), '''', ''''', 'JCMIS', 'of another court, before what is wrong with it'),
    ('id_of(''ours''), repeat(''x'', 101), ''CAFCASS''', 'JCVAL', 'too long a user id')
) as a (arguments, refused, what);
select is(outcome(format('select api.create_assignment(id_of(%L), %s)', 'ours', a.arguments)), 'JCVAL', a.what)
from (
  values
    ('null, ''CAFCASS''', 'no user'), (''' '', ''CAFCASS''', 'a blank user'), ('''x'', null', 'no type'), ('''x'', '' ''', 'a blank type'),
    ('''x'', ''cafcass''', 'an unknown type')
) as a (arguments, what);
select is(detail($$select api.create_assignment(id_of('ours'), '', 'CAFCASS')$$), '{"field": "userId"}', 'the user is missing');
select is(detail($$select api.create_assignment(id_of('ours'), 'x', 'X')$$), '{"field": "assignmentType"}', 'the type is unknown');
select is(outcome(n, $$select api.create_assignment(id_of('ours'), 'x', 'CAFCASS')$$), '42501', 'not for ' || n)
from unnest('{judge,cafcass,social_worker,agency,adopter}'::text[]) as n;
select act_as_dba();
select is(everything(), digest, 'none of it changed anything') from before;

select new_case_in('granted', 'ORDER_GRANTED');
select act_as('officer');
select lives_ok($$select api.create_assignment(id_of('granted'), 'x', 'CAFCASS')$$, 'a terminal case may still be worked on');

-- All errors at once.
select act_as('officer');
select is(errors_of($$select api.create_assignment(id_of('ours'), ' ', 'X')$$), '{userId REQUIRED,assignmentType UNKNOWN_WORD}', 'of an assignment');

select * from finish();
rollback;
