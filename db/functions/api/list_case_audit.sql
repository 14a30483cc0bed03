-- GET /api/cases/{id}/audit
create or replace function api.list_case_audit(
  p_case_id uuid,
  p_page integer default null,
  p_page_size integer default null,
  p_cursor text default null
)
returns api.audit_page
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_page_size integer := coalesce(p_page_size, 50);
  v_offset bigint := 0;
  v_after core.page_cursor := core.read_cursor(p_cursor, 'entry', 'desc');
  v_before bigint := coalesce(v_after.sort_key::bigint, 9223372036854775807);
  v_total bigint;
  v_entries api.audit_entry[];
begin
  perform core.refuse(core.check_page(p_page), core.check_page_size(p_page_size), core.check_cursor(p_cursor, v_after));

  if p_cursor is null then
    v_offset := (coalesce(p_page, 1) - 1)::bigint * v_page_size;
  end if;

  -- Not core.find_case: an officer of the court still reads the trail of a deleted case.
  if not exists (select from core.cases as c where c.id = p_case_id) then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  select count(*) into v_total from audit.entries as e where e.case_id = p_case_id;

  -- One more than the page, to know whether there is a next one.
  select coalesce(array_agg(
    row(
      p.id::text, p.case_id, p.action::text, p.actor, p.actor_role, p.occurred_at, audit.changes_of(p.entry), p.request_id
    )::api.audit_entry
    order by p.id desc
  ), '{}')
  into v_entries
  from (
    select e.*, e as entry
    from audit.entries as e
    where e.case_id = p_case_id and e.id < v_before
    order by e.id desc
    limit v_page_size + 1
    offset v_offset
  ) as p;

  return row(
    v_entries[:v_page_size],
    core.pagination(
      v_total, p_page, v_page_size,
      case
        when cardinality(v_entries) > v_page_size
          then core.write_cursor(row(v_entries[v_page_size].id, p_case_id)::core.page_cursor, 'entry', 'desc')
      end
    )
  )::api.audit_page;
end;
$$;

comment on function api.list_case_audit(uuid, integer, integer, text) is
'The audit trail of a case, newest first, 50 a page by default; by page number, or by the cursor of the previous page.
Errors: JCMIS no case within reach; 42501 not for this role; JCVAL no such page, a cursor that is none.';

revoke all on function api.list_case_audit(uuid, integer, integer, text) from public;
grant execute on function api.list_case_audit(uuid, integer, integer, text) to hmcts_case_officer, judge_legal_adviser;
