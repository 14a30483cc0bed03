\ir ../../fixtures.psql

-- Repeated here, from the court's own table.
create table fixture.allowed as
select a.from_status::core.case_status, t.to_status::core.case_status
from (
  values
    ('APPLICATION', '{DIRECTIONS,ON_HOLD,APPLICATION_WITHDRAWN}'),
    ('DIRECTIONS', '{CONSENT_AND_REPORTING,ON_HOLD,ADJOURNED,APPLICATION_WITHDRAWN}'),
    ('CONSENT_AND_REPORTING', '{FINAL_HEARING,ON_HOLD,ADJOURNED,APPLICATION_WITHDRAWN}'),
    ('FINAL_HEARING', '{ORDER_GRANTED,APPLICATION_REFUSED,ADJOURNED,APPLICATION_WITHDRAWN}'),
    ('ON_HOLD', '{APPLICATION,DIRECTIONS,CONSENT_AND_REPORTING,FINAL_HEARING,APPLICATION_WITHDRAWN}'),
    ('ADJOURNED', '{DIRECTIONS,CONSENT_AND_REPORTING,FINAL_HEARING,APPLICATION_WITHDRAWN}')
) as a (from_status, to_statuses),
unnest(a.to_statuses::text[]) as t (to_status);

create view fixture.every_pair as
select f.from_status, t.to_status
from unnest(enum_range(null::core.case_status)) as f (from_status), unnest(enum_range(null::core.case_status)) as t (to_status);
grant select on fixture.allowed, fixture.every_pair to public;

-- The result of each of the 81 pairs for the caller, with and without a reason.
create function fixture.actual(p_reason text) returns setof text language sql as $$
  select format(
    '%s > %s: %s', p.from_status, p.to_status,
    outcome(format('select core.permit_transition(%L, %L, %L)', p.from_status, p.to_status, p_reason))
  )
  from every_pair as p
  order by p.from_status, p.to_status;
$$;
create function fixture.expected(p_is_judge boolean, p_has_reason boolean) returns setof text language sql as $$
  select format('%s > %s: %s', p.from_status, p.to_status, case
    when p.from_status in ('ORDER_GRANTED', 'APPLICATION_REFUSED', 'APPLICATION_WITHDRAWN') then 'JCTRM'
    when not exists (select from allowed as a where (a.from_status, a.to_status) = (p.from_status, p.to_status)) then 'JCSTA'
    when p.to_status in ('ORDER_GRANTED', 'APPLICATION_REFUSED') and not p_is_judge then 'JCROL'
    when p.to_status in ('ON_HOLD', 'APPLICATION_WITHDRAWN') and not p_has_reason then 'JCREA'
    else 'ok'
  end)
  from every_pair as p
  order by p.from_status, p.to_status;
$$;

select is((select count(*) from every_pair), 81::bigint, 'nine statuses give 81 pairs');

select act_as('officer');
select results_eq($$select actual('why')$$, $$select expected(false, true)$$, 'an officer with a reason may make exactly the allowed changes');
select results_eq($$select actual(null)$$, $$select expected(false, false)$$, 'an officer without a reason may not make changes that need one');
select results_eq($$select actual(e' \t\n')$$, $$select expected(false, false)$$, 'white space does not count as a reason');
select act_as('judge');
select results_eq($$select actual('why')$$, $$select expected(true, true)$$, 'a judge with a reason may make exactly the allowed changes');
select results_eq($$select actual(null)$$, $$select expected(true, false)$$, 'a judge without a reason may not make changes that need one');
select act_as_dba();
select results_eq($$select actual('why')$$, $$select expected(true, true)$$, 'work without the server may make exactly the allowed changes');
select results_eq($$select actual(null)$$, $$select expected(true, false)$$, 'work without the server needs a reason too');

select act_as('officer');
select is(core.permit_transition('APPLICATION', 'DIRECTIONS', null), 'DIRECTIONS', 'the function returns the new status');
select is(outcome(format('select core.permit_transition(%L, %L, null)', 'APPLICATION', w)), 'JCSTA', 'an unknown status is refused: ' || w)
from unnest('{directions,"DIRECTIONS ",""," ",NONSENSE}'::text[]) as w;
select is(outcome($$select core.permit_transition('APPLICATION', null, null)$$), 'JCSTA', 'a missing status is refused');
select is(outcome($$select core.permit_transition('ORDER_GRANTED', 'NONSENSE', null)$$), 'JCTRM', 'a terminal status is reported before an unknown status');

select is(
  detail($$select core.permit_transition('FINAL_HEARING', 'APPLICATION', null)$$),
  '{"validTransitions": ["APPLICATION_WITHDRAWN", "ADJOURNED"]}', 'the error lists what an officer may choose'
);
select is(
  detail($$select core.permit_transition('FINAL_HEARING', 'ORDER_GRANTED', null)$$),
  '{"requiredRoles": ["JUDGE_LEGAL_ADVISER"], "userRole": "HMCTS_CASE_OFFICER"}', 'the error names the roles that may make the change'
);
select is(detail($$select core.permit_transition('DIRECTIONS', 'ON_HOLD', null)$$), '{"field": "reason"}', 'the error names the missing field');
select act_as('judge');
select is(
  detail($$select core.permit_transition('FINAL_HEARING', 'APPLICATION', null)$$),
  '{"validTransitions": ["ORDER_GRANTED", "APPLICATION_REFUSED", "APPLICATION_WITHDRAWN", "ADJOURNED"]}',
  'the error lists what a judge may choose'
);

select is(outcome(n, $$select core.permit_transition('APPLICATION', 'DIRECTIONS', null)$$), '42501', n || ' may not call it')
from unnest('{cafcass,social_worker,agency,adopter}'::text[]) as n;

select * from finish();
rollback;
