\ir ../../fixtures.psql

create function fixture.seen() returns text language sql as $$
  select string_agg(concat_ws(' ', r.user_id, r.assignment_type, r.created_by), ', ' order by r.user_id)
  from core.assignment_records() as r
  where r.case_id = id_of('ours');
$$;
select act_as('officer');
select seen() as seen \gset
select matches(:'seen'::text, '^adopter.one APPLICANT [a-z.]+, .*judge.one JUDICIAL [a-z.]+', 'a record has the user, the type, and who assigned');
select act_as('judge');
select is(seen(), :'seen'::text, 'a judge of the case sees the same records');
select act_as('adopter');
select is(seen(), 'adopter.one APPLICANT'::text, 'an adopter sees only the adopter''s own assignment, without who assigned');
select act_as('officer');
select api.revoke_assignment(id_of('ours'), r.id) from core.assignment_records() as r where r.case_id = id_of('ours') and r.user_id = 'judge.one';
select doesnt_match(seen(), 'judge.one'::text, 'a revoked assignment is not shown');

select * from finish();
rollback;
