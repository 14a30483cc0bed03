create table core.assignment_particulars (
  assignment_id uuid primary key references core.assignments (id),
  assigned_by text not null,
  revoked_by text
);

comment on table core.assignment_particulars is 'Who assigned, and who revoked: hidden from adopters.';
