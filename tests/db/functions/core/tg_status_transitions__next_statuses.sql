\ir ../../fixtures.psql

create function fixture.next_for(p_name text) returns text language sql as $$
  select act_as(p_name);
  select string_agg(n.from_status || ': ' || array_to_string(n.to_statuses, ' '), e'\n' order by n.from_status)
  from core.next_statuses as n where n.user_role = core.caller_role();
$$;

select is(next_for('judge'), btrim('
APPLICATION: DIRECTIONS APPLICATION_WITHDRAWN ON_HOLD
DIRECTIONS: CONSENT_AND_REPORTING APPLICATION_WITHDRAWN ON_HOLD ADJOURNED
CONSENT_AND_REPORTING: FINAL_HEARING APPLICATION_WITHDRAWN ON_HOLD ADJOURNED
FINAL_HEARING: ORDER_GRANTED APPLICATION_REFUSED APPLICATION_WITHDRAWN ADJOURNED
ON_HOLD: APPLICATION DIRECTIONS CONSENT_AND_REPORTING FINAL_HEARING APPLICATION_WITHDRAWN
ADJOURNED: DIRECTIONS CONSENT_AND_REPORTING FINAL_HEARING APPLICATION_WITHDRAWN
', e'\n'), 'a judge may make every change of the table');

select is(next_for('officer'), btrim('
APPLICATION: DIRECTIONS APPLICATION_WITHDRAWN ON_HOLD
DIRECTIONS: CONSENT_AND_REPORTING APPLICATION_WITHDRAWN ON_HOLD ADJOURNED
CONSENT_AND_REPORTING: FINAL_HEARING APPLICATION_WITHDRAWN ON_HOLD ADJOURNED
FINAL_HEARING: APPLICATION_WITHDRAWN ADJOURNED
ON_HOLD: APPLICATION DIRECTIONS CONSENT_AND_REPORTING FINAL_HEARING APPLICATION_WITHDRAWN
ADJOURNED: DIRECTIONS CONSENT_AND_REPORTING FINAL_HEARING APPLICATION_WITHDRAWN
', e'\n'), 'an officer may make every change except the judgment');

select is(next_for(n), null, n || ' may make no change') from unnest('{cafcass,social_worker,agency,adopter}'::text[]) as n;

-- An administrator's change applies at once.
select act_as_dba();
update core.status_transitions set roles = roles || '{VAA_WORKER}' where from_status = 'ON_HOLD' and to_status = 'DIRECTIONS';
delete from core.status_transitions where from_status = 'ADJOURNED' and to_status <> 'DIRECTIONS';
select is(next_for('agency'), 'ON_HOLD: DIRECTIONS', 'a role that is added may make the change at once');
select ok(next_for('officer') like '%ADJOURNED: DIRECTIONS', 'a transition that is removed is gone at once');

select * from finish();
rollback;
