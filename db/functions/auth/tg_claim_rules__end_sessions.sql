-- A claim rule that ends, or changes, ends its sessions
create or replace function auth.tg_claim_rules__end_sessions()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
begin
  if new is distinct from old then
    delete from auth.sessions where membership_id = old.id;
  end if;

  return null;
end;
$$;

comment on function auth.tg_claim_rules__end_sessions() is
'Ends the sessions that a changed rule opened. A sign-in locks the rules that it reads (auth.match_claims). Definer: a registrar
may not write sessions.';

revoke all on function auth.tg_claim_rules__end_sessions() from public;

create trigger tg_claim_rules__end_sessions
after update on auth.claim_rules
for each row execute function auth.tg_claim_rules__end_sessions();
alter table auth.claim_rules enable always trigger tg_claim_rules__end_sessions;
