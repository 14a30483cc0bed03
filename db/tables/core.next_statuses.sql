create table core.next_statuses (
  user_role core.user_role,
  from_status core.case_status,
  to_statuses text[] not null,
  primary key (user_role, from_status)
);

comment on table core.next_statuses is
'To which statuses a caller of each role may move a case: what core.status_transitions says, gathered by its trigger for whoever reads
cases. No row where there is none.';
comment on column core.next_statuses.to_statuses is 'In the order of a case''s life.';
