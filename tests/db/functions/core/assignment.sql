\ir ../../fixtures.psql

create function fixture.shown(p_user_id text) returns jsonb language sql as $$
  select to_jsonb(core.assignment(a)) - '{id,case_id,created_at}'::text[]
  from core.assignments as a
  where a.case_id = id_of('ours') and a.user_id = p_user_id;
$$;

select act_as('judge');
select is(
  shown('adopter.one'),
  '{"user_id": "adopter.one", "assignment_type": "APPLICANT", "created_by": "officer.one"}',
  'an assignment in the words of the API'
);

select act_as('adopter');
select is(shown('adopter.one') -> 'created_by', 'null', 'an adopter is not told who assigned');

select * from finish();
rollback;
