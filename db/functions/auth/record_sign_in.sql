-- Keep what became of a sign-in
create or replace function auth.record_sign_in(
  p_session auth.sessions,
  p_outcome text,
  p_request_id uuid,
  p_client_address text
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- A plan made while the table was empty would read all of it for each refusal, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_issuer text := left(p_session.issuer, 255);
  v_subject text := left(p_session.subject, 255);
  v_since timestamptz := clock_timestamp() - interval '1 minute';
begin
  if p_outcome <> 'OPENED' and exists (
    select from auth.sign_ins as s
    where s.outcome <> 'OPENED'
      and coalesce(s.subject, '') = coalesce(v_subject, '') and coalesce(s.issuer, '') = coalesce(v_issuer, '')
      and s.occurred_at > v_since
      and s.kind = p_session.kind and s.outcome = p_outcome and s.client_address is not distinct from p_client_address
  ) then
    return;
  end if;

  insert into auth.sign_ins (issuer, subject, user_id, user_role, kind, outcome, client_address, request_id)
  values (
    v_issuer, v_subject, p_session.user_id, p_session.user_role, p_session.kind,
    p_outcome, p_client_address, p_request_id
  );
end;
$$;

comment on function auth.record_sign_in(auth.sessions, text, uuid, text) is
'Appends to auth.sign_ins. A refusal is recorded only if the same one (issuer, subject, kind, outcome, address) was not recorded
within the last minute, because a refused program may try again endlessly. Simultaneous refusals may each be recorded.';

revoke all on function auth.record_sign_in(auth.sessions, text, uuid, text) from public;
