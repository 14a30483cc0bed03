create table core.case_participants (
  case_id uuid primary key,
  court_code text not null,
  applicant_ids text[] not null default '{}',
  assigned_judge text,
  organisation_ids text[],
  foreign key (case_id, court_code) references core.cases (id, court_code)
) with (fillfactor = 90);

comment on table core.case_participants is
'The current participants of a case, gathered from its active assignments and links by their triggers, for reads of cases. No row
for a case that never had any. Hidden from adopters.';
comment on column core.case_participants.applicant_ids is 'Users, in the order of assignment.';
comment on column core.case_participants.assigned_judge is 'The user whose judicial assignment is the latest.';
comment on column core.case_participants.organisation_ids is 'In the order of their linking; null for none.';
