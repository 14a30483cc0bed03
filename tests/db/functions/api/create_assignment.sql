\ir ../../fixtures.psql

select act_as('officer');
select is(
  to_jsonb(api.create_assignment(id_of('bare'), e' judge.one\n', ' JUDICIAL ')) - '{id,created_at}'::text[],
  jsonb_build_object('case_id', id_of('bare'), 'user_id', 'judge.one', 'assignment_type', 'JUDICIAL', 'created_by', 'officer.one'),
  'an assignment has a trimmed user id and type'
);
select is(outcome('judge', $$select api.get_case(id_of('bare'))$$), 'ok', 'an assignment gives access at once');
select act_as('officer');
select is((api.get_case(id_of('bare'))).case_record.version, 1, 'an assignment does not change the version of the case');

select is(outcome($$select api.create_assignment(id_of('bare'), 'judge.one', 'JUDICIAL')$$), 'JCDUP', 'the same assignment again is refused');
select is(outcome(s), 'ok', 'another type, another user id or another case is another assignment: ' || s)
from unnest(array[
  'select api.create_assignment(id_of(''bare''), ''judge.one'', ''CAFCASS'')', 'select api.create_assignment(id_of(''bare''), ''Judge.One'', ''JUDICIAL'')',
  'select api.create_assignment(id_of(''ours''), ''judge.two'', ''JUDICIAL'')'
]) as s;
select is((api.create_assignment(id_of('bare'), 'x', t)).assignment_type, t, 'an assignment may have the type ' || t)
from unnest('{JUDICIAL,CAFCASS,SOCIAL_WORKER,APPLICANT}'::text[]) as t;

select api.revoke_assignment(id_of('bare'), a.id) from core.assignments as a where a.case_id = id_of('bare') and a.user_id = 'judge.one';
select lives_ok($$select api.create_assignment(id_of('bare'), 'judge.one', 'JUDICIAL')$$, 'a user may be assigned again after the assignment was revoked');

select act_as_dba();
create temp table before as select everything() as digest;
select act_as('officer');
select is(outcome(format('select api.create_assignment(%s)', a.arguments)), a.refused, 'it is refused: ' || a.what)
from (
  values
    ('id_of(''theirs''), ''x'', ''CAFCASS''', 'JCMIS', 'a case of another court'),
    ('id_of(''deleted''), ''x'', ''CAFCASS''', 'JCMIS', 'a deleted case'),
    ('core.new_id(), ''x'', ''CAFCASS''', 'JCMIS', 'a case that does not exist'),
    ('id_of(''theirs''), '''', ''''', 'JCMIS', 'a case of another court, before missing fields'),
    ('id_of(''ours''), repeat(''x'', 101), ''CAFCASS''', 'JCVAL', 'a user id of more than 100 characters')
) as a (arguments, refused, what);
select is(outcome(format('select api.create_assignment(id_of(%L), %s)', 'ours', a.arguments)), 'JCVAL', 'it is refused: ' || a.what)
from (
  values
    ('null, ''CAFCASS''', 'no user'), (''' '', ''CAFCASS''', 'a blank user'), ('''x'', null', 'no type'), ('''x'', '' ''', 'a blank type'),
    ('''x'', ''cafcass''', 'an unknown type')
) as a (arguments, what);
select is(detail($$select api.create_assignment(id_of('ours'), '', 'CAFCASS')$$), '{"field": "userId"}', 'the error names the user id if that is missing');
select is(detail($$select api.create_assignment(id_of('ours'), 'x', 'X')$$), '{"field": "assignmentType"}', 'the error names the type if that is unknown');
select is(outcome(n, $$select api.create_assignment(id_of('ours'), 'x', 'CAFCASS')$$), '42501', 'this function may not be called by ' || n)
from unnest('{judge,cafcass,social_worker,agency,adopter}'::text[]) as n;
select act_as_dba();
select is(everything(), digest, 'the refused assignments change nothing') from before;

select new_case_in('granted', 'ORDER_GRANTED');
select act_as('officer');
select lives_ok($$select api.create_assignment(id_of('granted'), 'x', 'CAFCASS')$$, 'a terminal case may still be worked on');

-- All errors at once.
select act_as('officer');
select is(errors_of($$select api.create_assignment(id_of('ours'), ' ', 'X')$$), '{userId REQUIRED,assignmentType UNKNOWN_WORD}', 'all errors in one request are reported together');

select * from finish();
rollback;
