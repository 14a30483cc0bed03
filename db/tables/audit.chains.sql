create table audit.chains (
  case_id uuid primary key references core.cases (id),
  length bigint not null,
  digest bytea not null
) with (fillfactor = 90);

comment on table audit.chains is
'The tip of each case''s chain of entries. Its row orders the writers of one case, and shows when the newest entries are missing.';
comment on column audit.chains.length is 'How many entries the case has.';
comment on column audit.chains.digest is 'The digest of the newest entry.';
