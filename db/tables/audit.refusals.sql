create table audit.refusals (
  id bigint generated always as identity primary key,
  case_id uuid,
  operation text not null,
  user_id text not null,
  user_role text not null,
  reason text not null,
  occurred_at timestamptz not null default clock_timestamp(),
  request_id uuid,
  client_address text,
  times integer not null default 1
);

comment on table audit.refusals is 'The security audit: each access that was denied, for the caller''s role or for the case. Kept for two years, and until an anchor has them.';
comment on column audit.refusals.case_id is 'Null for an operation that is about no case.';
comment on column audit.refusals.reason is 'ROLE: not an operation of this role. REACH: not a case of this caller.';
comment on column audit.refusals.times is 'How often it happened within a minute of occurred_at; the other columns describe the first time.';

create index refusals_case_id_id_idx on audit.refusals (case_id, id);
create index refusals_user_id_id_idx on audit.refusals (user_id, id);
