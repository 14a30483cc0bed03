create table auth.secrets (
  name text primary key,
  value text not null constraint secrets_value_is_long_enough check (octet_length(value) >= 32)
);

comment on table auth.secrets is
'Secrets that only the owner may know. claims_prefix: the beginning of the names of the settings that hold a caller''s claims.';
