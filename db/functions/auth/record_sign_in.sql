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
as $$
begin
  insert into auth.sign_ins (issuer, subject, user_id, user_role, kind, outcome, client_address, request_id)
  values (
    left(p_session.issuer, 255), left(p_session.subject, 255), p_session.user_id, p_session.user_role, p_session.kind,
    p_outcome, p_client_address, p_request_id
  );
end;
$$;

comment on function auth.record_sign_in(auth.sessions, text, uuid, text) is
'Appends to auth.sign_ins.';

revoke all on function auth.record_sign_in(auth.sessions, text, uuid, text) from public;
