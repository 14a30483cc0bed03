create table core.case_details (
  case_id uuid not null,
  version integer not null constraint case_details_version_positive check (version > 0),
  notes text constraint case_details_notes_within_limit check (char_length(notes) <= 20000),
  internal_notes text constraint case_details_internal_notes_within_limit check (char_length(internal_notes) <= 20000),
  staff_comments text constraint case_details_staff_comments_within_limit check (char_length(staff_comments) <= 20000),
  linked_family_court_case_reference text
    constraint case_details_linked_family_court_case_reference_within_limit
    check (char_length(linked_family_court_case_reference) <= 50),
  created_by text not null,
  court_code text not null,
  primary key (case_id, version),
  foreign key (case_id, court_code) references core.cases (id, court_code)
    deferrable initially deferred
);

comment on table core.case_details is
'Details that only the professionals of a case may read. Insert-only: a change of details is a new row here and one update of the
case, in this order.';
comment on column core.case_details.version is 'The version of the case from which this row applies.';
comment on column core.case_details.created_by is 'The user who created the case; copied to each row.';
