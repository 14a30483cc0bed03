-- DELETE /api/cases/{id}/organisations/{organisationId}
create or replace function api.unlink_organisation(p_case_id uuid, p_organisation_id text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, null);
begin
  perform core.refuse(core.check_length('organisationId', p_organisation_id, 100));

  update core.organisation_links
  set unlinked_at = now()
  where case_id = v_case.id and organisation_id = core.trimmed(p_organisation_id) and unlinked_at is null;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'Organisation not found', detail = '{"reason": "ORGANISATION_NOT_LINKED"}';
  end if;
end;
$$;

comment on function api.unlink_organisation(uuid, text) is
'Ends the link of an organisation to a case, and the access that it gave, at once.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL an organisation id beyond
its limit; JCNIL not linked to the case.';

revoke all on function api.unlink_organisation(uuid, text) from public;
grant execute on function api.unlink_organisation(uuid, text) to hmcts_case_officer;
