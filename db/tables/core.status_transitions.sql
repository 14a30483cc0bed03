create table core.status_transitions (
  from_status core.case_status not null,
  to_status core.case_status not null,
  roles core.user_role[] not null constraint status_transitions_roles_not_empty check (cardinality(roles) > 0),
  reason_required boolean not null,
  primary key (from_status, to_status)
);

comment on table core.status_transitions is 'The allowed changes of status. A status without a row here is terminal.';
comment on column core.status_transitions.roles is 'The roles that may make this change.';
