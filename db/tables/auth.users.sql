create table auth.users (
  user_id text primary key
    constraint users_user_id_within_limit check (char_length(user_id) <= 100)
    constraint users_user_id_trimmed check (user_id <> '' and user_id = btrim(user_id)),
  issuer text not null
    constraint users_issuer_within_limit check (char_length(issuer) <= 255)
    constraint users_issuer_trimmed check (issuer <> '' and issuer = btrim(issuer)),
  subject text not null
    constraint users_subject_within_limit check (char_length(subject) <= 255)
    constraint users_subject_trimmed check (subject <> '' and subject = btrim(subject)),
  name text not null
    constraint users_name_within_limit check (char_length(name) <= 100)
    constraint users_name_trimmed check (name <> '' and name = btrim(name)),
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  tokens_valid_from timestamptz,
  constraint users_issuer_subject_key unique (issuer, subject)
);

comment on table auth.users is
'The users who may sign in. The provider says who a person is (issuer and subject); this row says which user that is here. Rows are
never removed; users are disabled.';
comment on column auth.users.user_id is 'The name in cases, assignments and the audit trail.';
comment on column auth.users.name is 'For display.';
comment on column auth.users.tokens_valid_from is
'When all sessions of the user were ended: tokens issued before open no session. Null: all tokens do.';
