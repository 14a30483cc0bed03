-- migrate:up

-- Whoever is signed in stays so. Sessions are few, and short-lived: filling and checking them takes no time.
-- squawk-ignore-file adding-not-nullable-field, constraint-missing-not-valid, ban-drop-not-null
alter table auth.sessions no force row level security;

alter table auth.sessions
  alter column user_role drop not null,
  add column kind text,
  add column membership_id uuid,
  add column claimed jsonb,
  add column issuer text,
  add column subject text,
  add column provider_session text,
  add column ends_at timestamptz;

update auth.sessions set kind = 'mock', ends_at = greatest(opened_at + interval '12 hours', expires_at);

alter table auth.sessions
  alter column kind set not null,
  alter column ends_at set not null,
  add constraint sessions_kind_known check (kind in ('mock', 'cookie', 'bearer')),
  add constraint sessions_expires_at_not_after_ends_at check (expires_at <= ends_at),
  add constraint sessions_issuer_and_subject_together check ((issuer is null) = (subject is null)),
  add constraint sessions_mock_is_without_claims check ((kind = 'mock') = (issuer is null));

alter table auth.sessions force row level security;

-- PostgreSQL 12 has no gen_random_uuid, and what it has instead can only be guessed by asking this very database.
create table auth.secrets (
  name text primary key,
  value text not null constraint secrets_value_is_long_enough check (octet_length(value) >= 32)
);

do $$
declare
  v_value text;
begin
  if to_regprocedure('pg_catalog.gen_random_uuid()') is null then
    select encode(sha256(convert_to(string_agg(random()::text || clock_timestamp(), ''), 'UTF8')), 'hex') into v_value
    from generate_series(1, 32);
  else
    execute 'select replace(gen_random_uuid()::text || gen_random_uuid(), ''-'', '''')' into v_value;
  end if;

  insert into auth.secrets (name, value) values ('claims_prefix', v_value);
end;
$$;

-- migrate:down

drop table auth.secrets;

alter table auth.sessions no force row level security;

delete from auth.sessions where user_role is null;

alter table auth.sessions
  alter column user_role set not null,
  drop column kind,
  drop column membership_id,
  drop column claimed,
  drop column issuer,
  drop column subject,
  drop column provider_session,
  drop column ends_at;

alter table auth.sessions force row level security;
