create type core.case_status as enum (
  'APPLICATION', 'DIRECTIONS', 'CONSENT_AND_REPORTING', 'FINAL_HEARING',
  'ORDER_GRANTED', 'APPLICATION_REFUSED', 'APPLICATION_WITHDRAWN', 'ON_HOLD', 'ADJOURNED'
);

comment on type core.case_status is
'The stage of a case. core.status_transitions says which status may follow; a status that no other may follow is terminal.';
