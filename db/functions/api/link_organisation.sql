-- POST /api/cases/{id}/organisations
create or replace function api.link_organisation(p_case_id uuid, p_organisation_id text, p_organisation_type text)
returns api.organisation_link
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, null);
  v_organisation_id text := core.trimmed(p_organisation_id);
  v_organisation_type text := core.trimmed(p_organisation_type);
begin
  perform core.refuse(
    core.check_required('organisationId', v_organisation_id),
    core.check_name('organisationId', v_organisation_id),
    core.check_required('organisationType', v_organisation_type),
    core.check_word('organisationType', v_organisation_type, enum_range(null::core.organisation_type)::text[])
  );

  insert into core.organisation_links (case_id, organisation_id, organisation_type)
  values (v_case.id, v_organisation_id, v_organisation_type::core.organisation_type)
  on conflict (case_id, organisation_id) where unlinked_at is null do nothing;

  if not found then
    raise exception using
      errcode = 'JCDUP',
      message = 'This organisation is already linked to the case',
      detail = '{"reason": "ALREADY_LINKED"}';
  end if;

  return (
    select r from core.organisation_link_records() as r where r.case_id = v_case.id and r.organisation_id = v_organisation_id
  );
end;
$$;

comment on function api.link_organisation(uuid, text, text) is
'Links an organisation to a case. From now on, its workers reach the case.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL no organisation, no valid organisation id, no or
unknown type; JCDUP already linked.';

revoke all on function api.link_organisation(uuid, text, text) from public;
grant execute on function api.link_organisation(uuid, text, text) to hmcts_case_officer;
