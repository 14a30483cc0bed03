-- End a rule that turns claims into a membership
create or replace function auth.end_claim_rule(p_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update auth.claim_rules set ended_at = now() where id = p_id and ended_at is null;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'No such claim rule';
  end if;
end;
$$;

comment on function auth.end_claim_rule(uuid) is
'Ends a rule, and the sessions that it opened.
Errors: JCNIL no such active rule.';

revoke all on function auth.end_claim_rule(uuid) from public;
grant execute on function auth.end_claim_rule(uuid) to casefile_registrar;
