create table auth.sessions (
  token_sha256 bytea primary key constraint sessions_token_sha256_is_sha256 check (octet_length(token_sha256) = 32),
  user_id text not null,
  username text not null
    constraint sessions_username_within_limit check (char_length(username) <= 100)
    constraint sessions_username_trimmed check (username <> '' and username = btrim(username)),
  user_role core.user_role,
  court_code text references core.courts (code),
  organisation_id text
    constraint sessions_organisation_id_within_limit check (char_length(organisation_id) <= 100)
    constraint sessions_organisation_id_trimmed check (organisation_id <> '' and organisation_id = btrim(organisation_id)),
  opened_at timestamptz not null default now(),
  expires_at timestamptz not null,
  kind text not null constraint sessions_kind_known check (kind in ('mock', 'cookie', 'bearer')),
  membership_id uuid,
  claimed jsonb,
  issuer text,
  subject text,
  provider_session text,
  ends_at timestamptz not null,
  constraint sessions_expires_at_not_after_ends_at check (expires_at <= ends_at),
  constraint sessions_issuer_and_subject_together check ((issuer is null) = (subject is null)),
  constraint sessions_mock_is_without_claims check ((kind = 'mock') = (issuer is null))
) with (fillfactor = 80);

comment on table auth.sessions is 'The sessions of signed-in users, by a cookie or by a verified bearer token.';
comment on column auth.sessions.token_sha256 is 'Only the client has the token itself.';
comment on column auth.sessions.user_role is 'Null until a user with several memberships has chosen one.';
comment on column auth.sessions.expires_at is
'30 minutes after the last use, moved at most once a minute, and never beyond ends_at. A bearer''s does not move.';
comment on column auth.sessions.membership_id is 'The membership, or the claim rule, that opened it.';
comment on column auth.sessions.claimed is 'The memberships that claim rules gave when it was opened, for auth.list_memberships.';
comment on column auth.sessions.provider_session is 'The claim sid.';
comment on column auth.sessions.ends_at is '12 hours after it was opened, even if it is in use; for a bearer, when the token expires.';

create index sessions_court_code_idx on auth.sessions (court_code);
-- For auth.log_in, which keeps only so many.
create index sessions_user_id_user_role_idx on auth.sessions (user_id, user_role);
