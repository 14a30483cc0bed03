-- POST /api/auth/backchannel-logout
create or replace function auth.log_out_provider(p_issuer text, p_subject text, p_provider_session text)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_count integer;
begin
  delete from auth.sessions as s
  where s.issuer = p_issuer
    and case when p_provider_session is null then s.subject = p_subject else s.provider_session = p_provider_session end;
  get diagnostics v_count = row_count;

  return v_count;
end;
$$;

comment on function auth.log_out_provider(text, text, text) is
'Ends the sessions that a provider says have ended: those of its session if it names one, otherwise those of the subject. Returns
how many. A bearer token that is still valid opens another session, because its provider has not withdrawn it; auth.end_sessions
stops it. Definer: the server may not write the table.';

revoke all on function auth.log_out_provider(text, text, text) from public;
grant execute on function auth.log_out_provider(text, text, text) to casefile_api;
