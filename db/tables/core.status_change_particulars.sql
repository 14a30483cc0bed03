create table core.status_change_particulars (
  status_change_id bigint primary key references core.status_changes (id),
  changed_by text not null,
  reason text constraint status_change_particulars_reason_within_limit check (char_length(reason) <= 2000),
  case_id uuid not null,
  court_code text not null,
  foreign key (case_id, court_code) references core.cases (id, court_code)
);

comment on table core.status_change_particulars is 'The user who changed a status, and the reason; hidden from adopters.';
