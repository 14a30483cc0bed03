create table core.kept_answers (
  user_role core.user_role not null,
  user_id text not null,
  key text not null
    constraint kept_answers_key_within_limit check (char_length(key) <= 255)
    constraint kept_answers_key_not_empty check (key <> ''),
  court_code text,
  organisation_id text,
  request_sha256 bytea not null
    constraint kept_answers_request_sha256_is_sha256 check (octet_length(request_sha256) = 32),
  answer jsonb,
  expires_at timestamptz not null default now() + interval '24 hours',
  primary key (user_role, user_id, key)
)
-- Each row is written twice: without its answer, and with it.
with (fillfactor = 50);

comment on table core.kept_answers is
'Answers to writes with an Idempotency-Key, which the same caller gets again for the same request.';
comment on column core.kept_answers.key is 'The Idempotency-Key. Each caller has its own keys.';
comment on column core.kept_answers.court_code is 'The court that the caller had; with another court, the answer could differ.';
comment on column core.kept_answers.organisation_id is 'The organisation that the caller had.';
comment on column core.kept_answers.request_sha256 is 'SHA-256 over the request; the server decides over which parts.';
comment on column core.kept_answers.answer is 'Null in the transaction that does the work, until the answer is there.';
comment on column core.kept_answers.expires_at is 'From then on the key counts as new; auth.sweep removes the row.';

create index kept_answers_expires_at_idx on core.kept_answers (expires_at);
