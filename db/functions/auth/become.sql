-- Become a caller until the end of the transaction
create or replace function auth.become(
  p_role text,
  p_user_id text,
  p_court_code text,
  p_organisation_id text,
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
  -- Invoker, because a definer function may not set the role. All settings end with the transaction.
  perform
    set_config('casefile.user_id', p_user_id, true),
    set_config('casefile.court_code', coalesce(p_court_code, ''), true),
    set_config('casefile.organisation_id', coalesce(p_organisation_id, ''), true),
    set_config('casefile.request_id', coalesce(p_request_id::text, ''), true),
    set_config('casefile.client_address', coalesce(p_client_address, ''), true),
    set_config('application_name', 'casefile ' || coalesce(p_request_id::text, ''), true),
    set_config('role', lower(p_role), true);
end;
$$;

comment on function auth.become(text, text, text, text, uuid, text) is
'Takes on the caller''s database role and claims. Policies and triggers read them as casefile.* settings.';

revoke all on function auth.become(text, text, text, text, uuid, text) from public;
grant execute on function auth.become(text, text, text, text, uuid, text) to casefile_api;
