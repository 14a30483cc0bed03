\ir ../../fixtures.psql

select act_as_dba();
select new_case_in('long', 'FINAL_HEARING');
insert into core.assignments (case_id, user_id, assignment_type) values (id_of('long'), 'adopter.one', 'APPLICANT');

create function fixture.told(p_name text) returns text language sql as $$
  select string_agg(concat_ws(' ', h.from_status, h.to_status, h.changed_by), ', ' order by h.ordinality)
  from core.status_history(id_of(p_name)) with ordinality as h;
$$;
select act_as('judge');
select api.change_case_status(id_of('long'), 4, 'ADJOURNED');
select is(
  told('long'),
  replace(
    'APPLICATION DIRECTIONS dba, DIRECTIONS CONSENT_AND_REPORTING dba, CONSENT_AND_REPORTING FINAL_HEARING dba, FINAL_HEARING ADJOURNED judge.one',
    'dba', (select login from fixture.dba)
  ),
  'the oldest change comes first, with who made it'
);
select is((array(select h.changed_at from core.status_history(id_of('long')) as h))[4], c.updated_at, 'a change has the time of the case''s update') from core.cases as c where c.id = id_of('long');

select act_as('adopter');
select is(
  told('long'), 'APPLICATION DIRECTIONS, DIRECTIONS CONSENT_AND_REPORTING, CONSENT_AND_REPORTING FINAL_HEARING, FINAL_HEARING ADJOURNED',
  'an adopter does not see who made a change'
);
select is(told('theirs'), null, 'a case out of reach has no history');
select act_as('officer');
select is(told('bare'), null, 'a case has no history before the first change');

select * from finish();
rollback;
