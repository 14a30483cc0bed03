create type core.case_status as enum (
  'APPLICATION', 'DIRECTIONS', 'CONSENT_AND_REPORTING', 'FINAL_HEARING',
  'ORDER_GRANTED', 'APPLICATION_REFUSED', 'APPLICATION_WITHDRAWN', 'ON_HOLD', 'ADJOURNED'
);

comment on type core.case_status is
'Where a case stands. core.status_transitions says what may follow; a status that nothing may follow is terminal.';
