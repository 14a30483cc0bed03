create table core.status_changes (
  id bigint generated always as identity primary key,
  case_id uuid not null,
  from_status core.case_status not null,
  to_status core.case_status not null,
  changed_at timestamptz not null,
  court_code text not null,
  foreign key (case_id, court_code) references core.cases (id, court_code)
);

comment on table core.status_changes is 'The history of a case''s status. Only a trigger writes it.';

create index status_changes_case_id_id_idx on core.status_changes (case_id, id);
