create table core.assignment_particulars (
  assignment_id uuid primary key references core.assignments (id),
  assigned_by text not null,
  revoked_by text,
  case_id uuid not null,
  court_code text not null,
  foreign key (case_id, court_code) references core.cases (id, court_code)
);

comment on table core.assignment_particulars is 'The users who assigned and revoked; hidden from adopters.';
