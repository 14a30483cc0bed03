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
'Chains the rows of journals that belong to no case: sign-ins, refusals, changes of the directory and of reference rows, restores,
anchors. Each seal covers the rows since the previous one. Append-only.';
comment on column audit.seals.number is 'From 1 in each journal, without a gap.';
comment on column audit.seals.last_id is 'The last row that it covers; the first is the one after the previous seal''s last.';
comment on column audit.seals.newest_at is 'When the last of its rows was written. Sign-ins and refusals may be removed two years later.';
comment on column audit.seals.form is 'The form of content and digest; there is one so far.';
comment on column audit.seals.content is 'SHA-256 over its rows, as audit.sealed_rows gives them.';
comment on column audit.seals.digest is 'SHA-256 over the digest of the previous seal and this seal.';

create index seals_journal_newest_at_idx on audit.seals (journal, newest_at);
