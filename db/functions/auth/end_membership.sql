-- End a membership
create or replace function auth.end_membership(p_membership_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update auth.memberships set ended_at = now() where id = p_membership_id and ended_at is null;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'No such membership';
  end if;
end;
$$;

comment on function auth.end_membership(uuid) is
'Ends a membership and its sessions.
Errors: JCNIL no such active membership.';

revoke all on function auth.end_membership(uuid) from public;
grant execute on function auth.end_membership(uuid) to casefile_registrar;
