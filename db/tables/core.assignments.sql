create table core.assignments (
  id uuid primary key,
  case_id uuid not null,
  user_id text not null
    constraint assignments_user_id_within_limit check (char_length(user_id) <= 100)
    constraint assignments_user_id_trimmed check (user_id <> '' and user_id = btrim(user_id)),
  assignment_type core.assignment_type not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  court_code text not null,
  constraint assignments_revoked_at_after_created_at check (revoked_at >= created_at),
  foreign key (case_id, court_code) references core.cases (id, court_code)
);

comment on table core.assignments is 'Gives a user access to a case. Revoking keeps the row and ends the access at once.';
comment on column core.assignments.user_id is 'Case-sensitive, trimmed.';

create unique index assignments_active_key on core.assignments (case_id, user_id, assignment_type)
  where revoked_at is null;
create index assignments_user_id_assignment_type_idx on core.assignments (user_id, assignment_type, case_id)
  where revoked_at is null;
create index assignments_case_id_idx on core.assignments (case_id);
