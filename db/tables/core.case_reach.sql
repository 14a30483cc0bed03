create table core.case_reach (
  case_id uuid not null references core.cases (id),
  way text not null,
  reached_by text not null,
  created_at timestamptz not null,
  primary key (case_id, way, reached_by)
);

comment on table core.case_reach is
'The users and organisations that reach a case by name, from the active assignments and links of cases that are not deleted. Only
their triggers write it. A social worker may reach a case in two ways: by an assignment, and by the link of the local authority.';
comment on column core.case_reach.way is
'The type of assignment or organisation. The policies use each type for one role.';
comment on column core.case_reach.reached_by is 'The assigned user, or the linked organisation.';
comment on column core.case_reach.created_at is 'When the case was created, which never changes; lists show the newest first.';

-- Finds and counts the newest cases within reach without reading the cases.
create index case_reach_reached_by_created_at_case_id_idx on core.case_reach (reached_by, created_at desc, case_id desc)
  include (way);
