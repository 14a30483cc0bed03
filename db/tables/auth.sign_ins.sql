create table auth.sign_ins (
  id bigint generated always as identity primary key,
  occurred_at timestamptz not null default clock_timestamp(),
  issuer text,
  subject text,
  user_id text,
  user_role core.user_role,
  kind text not null constraint sign_ins_kind_known check (kind in ('mock', 'cookie', 'bearer')),
  outcome text not null constraint sign_ins_outcome_known check (outcome ~ '^(OPENED|JC[A-Z0-9]{3})$'),
  client_address text,
  request_id uuid
);

comment on table auth.sign_ins is
'Each sign-in, successful or refused, with the issuer and subject of its claims and the user. Never a token. The same refusal has
at most one row a minute. Kept for two years, and until an anchor contains them.';
comment on column auth.sign_ins.user_id is 'Null if the directory does not know the user.';
comment on column auth.sign_ins.outcome is 'OPENED, or the code of the refusal.';

create index sign_ins_user_id_occurred_at_idx on auth.sign_ins (user_id, occurred_at);
-- For auth.record_sign_in, which looks for the same refusal.
create index sign_ins_refused_idx on auth.sign_ins (coalesce(subject, ''), coalesce(issuer, ''), occurred_at)
  where outcome <> 'OPENED';
