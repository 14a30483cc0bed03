create table audit.anchors (
  id bigint generated always as identity primary key,
  recorded_at timestamptz not null default clock_timestamp(),
  actor text not null,
  taken_at timestamptz not null,
  cases bigint not null,
  root bytea not null constraint anchors_root_is_sha256 check (octet_length(root) = 32),
  digest bytea not null constraint anchors_digest_is_sha256 check (octet_length(digest) = 32),
  journals jsonb not null
);

comment on table audit.anchors is
'Each anchor of the audit trail that was taken. The signed anchor is in a file elsewhere; this only records it. Append-only.';
comment on column audit.anchors.actor is 'The database login.';
comment on column audit.anchors.taken_at is 'The moment that it shows.';
comment on column audit.anchors.cases is 'How many trails it has.';
comment on column audit.anchors.root is 'The root of its Merkle tree over the tips of all trails.';
comment on column audit.anchors.digest is 'SHA-256 over its header, which is the signed part.';
comment on column audit.anchors.journals is 'How many seals it has of each journal: {"auth.sign_ins": 1440, ...}.';
