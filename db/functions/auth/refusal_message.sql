-- Why somebody may not sign in, for people
create or replace function auth.refusal_message(p_code text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select case p_code
    when 'JCUNK' then 'Casefile does not know you. Ask a registrar to add you.'
    when 'JCOFF' then 'Your access has been turned off. Ask a registrar.'
    when 'JCEND' then 'This token was issued before all your sessions were ended. Get a new one from the identity provider.'
    when 'JCNOM' then 'You do not have this membership. Ask a registrar.'
    when 'JCMNY' then 'You have several memberships. Choose one.'
  end;
$$;

comment on function auth.refusal_message(text) is
'The sentence for a refusal of a sign-in.';

revoke all on function auth.refusal_message(text) from public;
