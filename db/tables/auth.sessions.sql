create table auth.sessions (
  token_sha256 bytea primary key constraint sessions_token_sha256_is_sha256 check (octet_length(token_sha256) = 32),
  user_id text not null,
  username text not null
    constraint sessions_username_within_limit check (char_length(username) <= 100)
    constraint sessions_username_trimmed check (username <> '' and username = btrim(username)),
  user_role core.user_role not null,
  court_code text references core.courts (code),
  organisation_id text
    constraint sessions_organisation_id_within_limit check (char_length(organisation_id) <= 100)
    constraint sessions_organisation_id_trimmed check (organisation_id <> '' and organisation_id = btrim(organisation_id)),
  opened_at timestamptz not null default now(),
  expires_at timestamptz not null
);

comment on table auth.sessions is 'Cookie sessions.';
comment on column auth.sessions.token_sha256 is 'The token itself is with the browser alone.';
comment on column auth.sessions.expires_at is '30 minutes after the last use, moved at most once a minute.';

create index sessions_expires_at_idx on auth.sessions (expires_at);
create index sessions_court_code_idx on auth.sessions (court_code);
-- For auth.log_in, which keeps only so many.
create index sessions_user_id_user_role_idx on auth.sessions (user_id, user_role);
