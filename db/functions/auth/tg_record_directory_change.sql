-- The log of the directory
create or replace function auth.tg_record_directory_change()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
declare
  v_before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  v_after jsonb := to_jsonb(new);
begin
  if v_before is distinct from v_after then
    insert into auth.directory_changes (actor, entity, entity_id, before, after)
    values (session_user, tg_argv[0], v_after ->> tg_argv[1], v_before, v_after);
  end if;

  return null;
end;
$$;

comment on function auth.tg_record_directory_change() is
'Records a change of the directory. Its arguments are the kind of thing that changes, and the column of its id. Definer: nobody
else writes auth.directory_changes.';

revoke all on function auth.tg_record_directory_change() from public;

create trigger tg_users__record_change
after insert or update on auth.users
for each row execute function auth.tg_record_directory_change('user', 'user_id');
alter table auth.users enable always trigger tg_users__record_change;

create trigger tg_memberships__record_change
after insert or update on auth.memberships
for each row execute function auth.tg_record_directory_change('membership', 'id');
alter table auth.memberships enable always trigger tg_memberships__record_change;

create trigger tg_claim_rules__record_change
after insert or update on auth.claim_rules
for each row execute function auth.tg_record_directory_change('claim rule', 'id');
alter table auth.claim_rules enable always trigger tg_claim_rules__record_change;
