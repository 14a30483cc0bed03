create table audit.seals (
  journal audit.journal not null,
  number bigint not null,
  last_id bigint not null,
  row_count integer not null,
  newest_at timestamptz not null,
  sealed_at timestamptz not null default clock_timestamp(),
  form integer not null default 1,
  content bytea not null,
  digest bytea not null constraint seals_digest_is_sha256 check (octet_length(digest) = 32),
  primary key (journal, number)
);

comment on table audit.seals is
'What chains the rows of the journals that belong to no case: sign-ins, refusals, changes of the directory and of reference rows, restores,
anchors. Each seal has the rows that came after the one before it. Append-only.';
comment on column audit.seals.number is 'From 1 in each journal, without a gap.';
comment on column audit.seals.last_id is 'The last row that it has; the first is the one after the last of the seal before.';
comment on column audit.seals.newest_at is 'When the last of its rows was written: those of sign-ins and refusals may go two years later.';
comment on column audit.seals.form is 'In which form content and digest are made; there is one so far.';
comment on column audit.seals.content is 'SHA-256 over its rows, as audit.sealed_rows gives them.';
comment on column audit.seals.digest is 'SHA-256 over the digest of the seal before this one and this seal.';

create index seals_journal_newest_at_idx on audit.seals (journal, newest_at);
