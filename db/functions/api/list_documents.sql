-- GET /api/cases/{id}/documents
create or replace function api.list_documents(
  p_case_id uuid,
  p_document_type text default null,
  p_ocr_status text default null,
  p_uploaded_by text default null,
  p_page integer default null,
  p_page_size integer default null,
  p_cursor text default null
)
returns api.document_page
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.find_case(p_case_id);
  -- Existing clients ask for no page and show only one.
  v_page_size integer := coalesce(p_page_size, case when p_page is null then 1000 else 20 end);
  v_offset bigint := 0;
  v_after core.page_cursor := core.read_cursor(p_cursor, 'uploadedAt', 'desc');
  v_uploaded_at timestamptz := coalesce(v_after.sort_key::timestamp at time zone 'UTC', 'infinity');
  v_id uuid := coalesce(v_after.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  v_total bigint;
  v_found api.document[];
begin
  perform core.refuse(
    core.check_word('documentType', p_document_type, array(select t.value from core.document_types as t)),
    core.check_word('ocrStatus', p_ocr_status, enum_range(null::core.ocr_status)::text[]),
    core.check_length('uploadedBy', p_uploaded_by, 100),
    core.check_page(p_page),
    core.check_page_size(p_page_size),
    core.check_cursor(p_cursor, v_after)
  );

  if p_cursor is null then
    v_offset := (coalesce(p_page, 1) - 1)::bigint * v_page_size;
  end if;

  select count(*) into v_total
  from core.document_records() as r
  where r.case_id = v_case.id
    and (p_document_type is null or r.document_type = p_document_type)
    and (p_ocr_status is null or r.ocr_status = p_ocr_status)
    and (p_uploaded_by is null or r.uploaded_by = p_uploaded_by);

  -- One more than the page, to know whether there is a next one.
  v_found := array(
    select r
    from core.document_records() as r
    where r.case_id = v_case.id
      and (p_document_type is null or r.document_type = p_document_type)
      and (p_ocr_status is null or r.ocr_status = p_ocr_status)
      and (p_uploaded_by is null or r.uploaded_by = p_uploaded_by)
      and (r.uploaded_at, r.id) < (v_uploaded_at, v_id)
    order by r.uploaded_at desc, r.id desc
    limit v_page_size + 1
    offset v_offset
  );

  return row(
    v_found[:v_page_size],
    core.pagination(
      v_total, p_page, v_page_size,
      case
        when cardinality(v_found) > v_page_size then core.write_cursor(
          row(to_char(v_found[v_page_size].uploaded_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), v_found[v_page_size].id)::core.page_cursor,
          'uploadedAt', 'desc'
        )
      end
    )
  )::api.document_page;
end;
$$;

comment on function api.list_documents(uuid, text, text, text, integer, integer, text) is
'The documents of a case, newest first; to an adopter, its own. Without paging arguments all of them, up to 1,000; otherwise by
page number, 20 a page by default, or by the cursor of the previous page.
Errors: JCMIS no case within reach; JCVAL an unknown word, no such page, a cursor that is none, a user id beyond its limit.';

revoke all on function api.list_documents(uuid, text, text, text, integer, integer, text) from public;
grant execute on function api.list_documents(uuid, text, text, text, integer, integer, text) to casefile_caller;
