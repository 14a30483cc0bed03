-- The audit of every change of an organisation link
create or replace function audit.tg_organisation_links__audit()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_image jsonb := jsonb_build_object(
    'organisationId', new.organisation_id, 'organisationType', new.organisation_type
  );
begin
  perform audit.append(
    new.case_id,
    'organisation',
    new.organisation_id,
    case tg_op when 'INSERT' then 'ORGANISATION_LINK' else 'ORGANISATION_UNLINK' end::audit.action,
    case tg_op when 'UPDATE' then v_image end,
    case tg_op when 'INSERT' then v_image end
  );

  return null;
end;
$$;

comment on function audit.tg_organisation_links__audit() is
'Writes one entry for each change, however it is made. Definer: nothing else may write entries.';

revoke all on function audit.tg_organisation_links__audit() from public;

create trigger tg_organisation_links__audit
after insert or update on core.organisation_links
for each row execute function audit.tg_organisation_links__audit();
alter table core.organisation_links enable always trigger tg_organisation_links__audit;
