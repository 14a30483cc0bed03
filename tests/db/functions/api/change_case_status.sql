\ir ../../fixtures.psql

select act_as('officer');
select is(row(s.previous_status, (s.case_record).status, (s.case_record).version)::text, '(APPLICATION,DIRECTIONS,2)', 'a change returns the previous status, the new status and the next version')
from api.change_case_status(id_of('bare'), 1, 'DIRECTIONS') as s;
select is(
  row(s.previous_status, (s.case_record).status_reason, (s.case_record).version)::text,
  '(DIRECTIONS,why,3)', 'a reason is stored without the white space around it'
)
from api.change_case_status(id_of('bare'), 2, 'ON_HOLD', e' why\n') as s;
select is((s.case_record).status_reason, null, 'the next change without a reason clears it')
from api.change_case_status(id_of('bare'), null, 'DIRECTIONS', ' ') as s;
select is((s.case_record).status_reason, 'because', 'a reason is stored even if the change needs none')
from api.change_case_status(id_of('bare'), 4, 'ADJOURNED', 'because') as s;
select is((api.update_case(id_of('bare'), 5, '{"notes": "x"}')).status_reason, 'because', 'an edit of the details keeps the reason');

-- Every case, status and role: core.permit_transition tests the table, and this the whole operation.
select act_as_dba();
select new_case_in(s::text, s) from unnest(enum_range(null::core.case_status)) as s;
create function fixture.wrong(p_caller text) returns setof text language sql as $$
  select act_as(p_caller);
  select format('%s > %s', f, t)
  from unnest(enum_range(null::core.case_status)) as f, unnest(enum_range(null::core.case_status)) as t
  where outcome(format('select api.change_case_status(id_of(%L), null, %L, %L)', f, t, 'why'))
    <> outcome(format('select core.permit_transition(%L, %L, %L)', f, t, 'why'));
$$;
select is_empty($$select wrong('officer')$$, 'for an officer, the operation refuses exactly the changes that core.permit_transition refuses');
select is_empty($$select wrong('judge')$$, 'for a judge, the operation refuses exactly the changes that core.permit_transition refuses');

select act_as('judge');
select is(
  moves(id_of(c.name), format('select api.change_case_status(id_of(%L), null, %L, %L)', c.name, c.status, 'why')), '{1,1}',
  format('a change moves the version once and makes one entry: %s > %s', c.name, c.status)
) from (values ('FINAL_HEARING', 'ORDER_GRANTED'), ('APPLICATION', 'APPLICATION_WITHDRAWN'), ('ON_HOLD', 'FINAL_HEARING')) as c (name, status);
select is(
  outcome(format('select api.change_case_status(id_of(%L), null, %L, %L)', 'FINAL_HEARING', s, 'why')),
  'JCTRM', 'no status may follow an outcome: ' || s
)
from unnest(enum_range(null::core.case_status)) as s;

-- In this order: reach, role, version, terminal, transition, its role, reason.
select act_as_dba();
create temp table before as select everything() as digest;
select act_as('officer');
select is(outcome($$select api.change_case_status(id_of('theirs'), 99, 'X')$$), 'JCMIS', 'a case of another court is not found');
select is(outcome($$select api.change_case_status(id_of('deleted'), 99, 'X')$$), 'JCMIS', 'a deleted case is not found');
select is(outcome($$select api.change_case_status(id_of('ORDER_GRANTED'), 99, 'X')$$), 'JCVER', 'a stale version is reported before a terminal status');
select is(
  detail($$select api.change_case_status(id_of('bare'), 5, 'X')$$), '{"currentVersion": 6}', 'the error names the current version'
);
select is(outcome($$select api.change_case_status(id_of('ORDER_GRANTED'), 5, 'X')$$), 'JCTRM', 'a terminal status is reported before an unknown status');
select is(outcome($$select api.change_case_status(id_of('bare'), 6, 'X')$$), 'JCSTA', 'an unknown status is an invalid transition');
select is(outcome($$select api.change_case_status(id_of('bare'), 6, null)$$), 'JCSTA', 'a missing status is an invalid transition');
select is(outcome($$select api.change_case_status(id_of('bare'), 6, 'ON_HOLD')$$), 'JCSTA', 'an invalid transition is reported before a missing reason');
select is(outcome($$select api.change_case_status(id_of('bare'), 6, 'APPLICATION_WITHDRAWN')$$), 'JCREA', 'a change that needs a reason is refused without one');
select is(outcome($$select api.change_case_status(id_of('bare'), 6, 'DIRECTIONS', repeat('x', 2001))$$), '23514', 'a reason of more than 2,000 characters is refused');
select is(outcome(n, $$select api.change_case_status(id_of('ours'), null, 'DIRECTIONS')$$), '42501', 'this function may not be called by ' || n)
from unnest('{cafcass,social_worker,agency,adopter}'::text[]) as n;
select is(outcome('other_judge', $$select api.change_case_status(id_of('ours'), null, 'DIRECTIONS')$$), 'JCMIS', 'another judge does not find the case');
select act_as_dba();
select is(everything(), digest, 'the refused changes change nothing') from before;

-- A caller may lose the case while it waits for the lock. Here, a trigger stops the update instead.
select act_as_dba();
create function fixture.tg_skip() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger a_skip before update on core.cases for each row execute function fixture.tg_skip();
select is(outcome('officer', $$select api.change_case_status(id_of('bare'), null, 'DIRECTIONS')$$), 'JCMIS', 'a case that is lost while waiting for the lock is not found');

select * from finish();
rollback;
