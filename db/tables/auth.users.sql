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
'Who may sign in. The provider says who somebody is (issuer and subject), this row which user that is here. Never removed: disabled.';
comment on column auth.users.user_id is 'As cases, assignments and the audit name it.';
comment on column auth.users.name is 'To show.';
comment on column auth.users.tokens_valid_from is
'When all sessions of the user were ended; a token that was made out before opens none. Null: all do.';
