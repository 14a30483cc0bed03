-- GET /api/cases/{id}/audit
create or replace function api.list_case_audit(
  p_case_id uuid,
  p_page integer default null,
  p_page_size integer default null
)
returns api.audit_page
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_page_size integer := core.page_size(p_page, p_page_size, 50);
  v_total bigint;
  v_entries api.audit_entry[];
begin
  -- Not core.find_case: an officer of the court still reads the trail of a deleted case.
  if not exists (select from core.cases as c where c.id = p_case_id) then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  select count(*) into v_total from audit.entries as e where e.case_id = p_case_id;

  select coalesce(array_agg(
    row(
      p.id::text, p.case_id, p.action::text, p.actor, p.actor_role, p.occurred_at,
      jsonb_build_object('entity', p.entity, 'entityId', p.entity_id, 'before', p.before, 'after', p.after),
      p.request_id
    )::api.audit_entry
    order by p.id desc
  ), '{}')
  into v_entries
  from (
    select *
    from audit.entries as e
    where e.case_id = p_case_id
    order by e.id desc
    limit v_page_size
    offset (coalesce(p_page, 1) - 1)::bigint * v_page_size
  ) as p;

  return row(v_entries, core.pagination(v_total, p_page, v_page_size, null))::api.audit_page;
end;
$$;

comment on function api.list_case_audit(uuid, integer, integer) is
'The audit trail of a case, newest first, 50 a page unless told.
Errors: JCMIS no case within reach; 42501 not for this role; JCVAL no such page.';

revoke all on function api.list_case_audit(uuid, integer, integer) from public;
grant execute on function api.list_case_audit(uuid, integer, integer) to hmcts_case_officer, judge_legal_adviser;
