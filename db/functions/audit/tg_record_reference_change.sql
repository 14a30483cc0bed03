-- The log of reference rows
create or replace function audit.tg_record_reference_change()
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
  v_after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
begin
  if v_before is distinct from v_after then
    insert into audit.reference_changes (actor, table_name, row_key, before, after)
    values (
      session_user,
      tg_table_schema || '.' || tg_table_name,
      (
        select string_agg(coalesce(v_after, v_before) ->> k.name, ',' order by k.place)
        from unnest(tg_argv) with ordinality as k (name, place)
      ),
      v_before,
      v_after
    );
  end if;

  return null;
end;
$$;

comment on function audit.tg_record_reference_change() is
'Records a change of a reference row, which is shipped and which an administrator may change. Its arguments are the columns of the
primary key. Definer: nobody else writes audit.reference_changes.';

revoke all on function audit.tg_record_reference_change() from public;

create trigger tg_courts__record_change
after insert or update or delete on core.courts
for each row execute function audit.tg_record_reference_change('code');
alter table core.courts enable always trigger tg_courts__record_change;

create trigger tg_status_transitions__record_change
after insert or update or delete on core.status_transitions
for each row execute function audit.tg_record_reference_change('from_status', 'to_status');
alter table core.status_transitions enable always trigger tg_status_transitions__record_change;

create trigger tg_document_types__record_change
after insert or update or delete on core.document_types
for each row execute function audit.tg_record_reference_change('value');
alter table core.document_types enable always trigger tg_document_types__record_change;

create trigger tg_file_types__record_change
after insert or update or delete on core.file_types
for each row execute function audit.tg_record_reference_change('extension');
alter table core.file_types enable always trigger tg_file_types__record_change;
