create table core.case_reach (
  case_id uuid not null references core.cases (id),
  way text not null,
  reached_by text not null,
  created_at timestamptz not null,
  primary key (case_id, way, reached_by)
);

comment on table core.case_reach is
'Who reaches a case by name: what its active assignments and links say, of cases that are not deleted. Written by their triggers alone.
A case may be reached in two ways: by a social worker''s own assignment, and by the link of its authority.';
comment on column core.case_reach.way is
'By which type of assignment or of organisation: each counts for one role alone, as the policies say.';
comment on column core.case_reach.reached_by is 'The user who is assigned, or the organisation that is linked.';
comment on column core.case_reach.created_at is 'When the case was created, which never changes: a list of them opens with the newest.';

-- The newest cases that somebody reaches, and how many, without a look at the cases.
create index case_reach_reached_by_created_at_case_id_idx on core.case_reach (reached_by, created_at desc, case_id desc)
  include (way);
