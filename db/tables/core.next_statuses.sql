create table core.next_statuses (
  user_role core.user_role,
  from_status core.case_status,
  to_statuses text[] not null,
  primary key (user_role, from_status)
);

comment on table core.next_statuses is
'The statuses to which each role may move a case, gathered from core.status_transitions by its trigger, for reads of cases. No row
if there is none.';
comment on column core.next_statuses.to_statuses is 'In the order of a case''s life.';
