-- migrate:up

-- Written by scripts/gen-migration: what the sources in db/ say anew.

-- Bodies may name functions that come later.
set local check_function_bodies = off;

-- db/tables/core.document_downloads.sql
comment on column core.document_downloads.found_damaged is
'Nothing was given: the bytes in the document store are gone, or not those that were stored.';

-- db/functions/core/find_document.sql
-- A document within the caller's reach
create or replace function core.find_document(p_document_id uuid)
returns core.documents
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_document core.documents;
begin
  select d.* into v_document
  from core.documents as d
  join core.cases as c on c.id = d.case_id and c.deleted_at is null
  where d.id = p_document_id and d.upload_status = 'complete' and d.deleted_at is null;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Document not found';
  end if;

  return v_document;
end;
$$;

comment on function core.find_document(uuid) is
'The document, if the caller reaches it, its upload is complete and neither it nor its case is deleted.
Errors: JCMIS no document within reach.';

-- db/functions/audit/explain_refusal.sql
-- Why an operation was refused, and a record of it
create or replace function audit.explain_refusal(p_operation text, p_subject_id uuid)
returns audit.refusal
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_role core.user_role := core.caller_role();
  -- Before anything is told.
  v_actor text := core.actor();
  v_required_roles text[] := array(
    select r.user_role::text
    from unnest(enum_range(null::core.user_role)) as r (user_role)
    join pg_catalog.pg_proc as p on p.pronamespace = 'api'::regnamespace and p.proname = p_operation
    where has_function_privilege(lower(r.user_role::text), p.oid, 'execute')
    order by r.user_role
  );
  v_is_of_role boolean := v_role::text = any (v_required_roles);
  v_is_about_document boolean := p_operation ~ '^(get|download|delete)_document$';
  v_case_id uuid := (
    select c.id
    from core.cases as c
    where c.deleted_at is null
      and c.id in (
        select p_subject_id where not v_is_about_document
        union all
        select d.case_id
        from core.documents as d
        where d.id = p_subject_id and d.upload_status = 'complete' and d.deleted_at is null and v_is_about_document
      )
  );
begin
  if v_required_roles = '{}' then
    perform core.refuse_field('operation', 'Unknown operation');
  end if;

  -- Some operations tell anybody that there is no such case, the others only those whose role they are for.
  if p_subject_id is not null and v_case_id is null
    and (v_is_of_role or p_operation in ('change_case_status', 'list_case_audit', 'revoke_assignment', 'delete_document'))
  then
    return row(
      'NOT_FOUND', case when v_is_about_document then 'Document' else 'Case' end || ' not found', null
    )::audit.refusal;
  end if;

  insert into audit.refusals (case_id, operation, user_id, user_role, reason, request_id, client_address)
  values (
    v_case_id,
    p_operation,
    v_actor,
    coalesce(v_role::text, 'DATABASE'),
    case when v_is_of_role then 'REACH' else 'ROLE' end,
    nullif(current_setting('casefile.request_id', true), '')::uuid,
    nullif(current_setting('casefile.client_address', true), '')
  );

  if v_is_of_role then
    return row('FORBIDDEN', 'Access denied', null)::audit.refusal;
  end if;

  return row(
    'FORBIDDEN',
    case p_operation when 'get_admin_only' then 'Insufficient permissions' else 'Permission denied' end,
    jsonb_build_object('requiredRoles', v_required_roles, 'userRole', v_role)
  )::audit.refusal;
end;
$$;

-- db/functions/audit/tg_document_downloads__audit.sql
-- The audit of every download
create or replace function audit.tg_document_downloads__audit()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform audit.append(
    d.case_id, 'document', d.id::text, 'DOCUMENT_DOWNLOAD', null,
    case when new.found_damaged then jsonb_build_object('foundDamaged', true) end
  )
  from core.documents as d
  where d.id = new.document_id;

  return null;
end;
$$;

comment on function audit.tg_document_downloads__audit() is
'Writes one entry for each download, and for each that found the bytes damaged. Definer: nobody may write entries but this.';

-- db/functions/api/download_document.sql
-- GET /api/documents/{id}/download
create or replace function api.download_document(p_document_id uuid)
returns api.download
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_document core.documents := core.find_document(p_document_id);
begin
  if v_document.virus_scan_status = 'infected' then
    raise exception using errcode = 'JCINF', message = 'This document is infected and cannot be downloaded';
  end if;

  if v_document.virus_scan_status not in ('clean', 'skipped') then
    raise exception using
      errcode = 'JCUNS',
      message = 'This document has not been scanned yet',
      detail = jsonb_build_object('virusScanStatus', v_document.virus_scan_status)::text;
  end if;

  insert into core.document_downloads (document_id) values (v_document.id);

  return row(
    v_document.id, v_document.case_id, v_document.filename, v_document.mime_type, v_document.file_size,
    v_document.file_hash
  )::api.download;
end;
$$;

-- db/functions/api/list_documents.sql
-- GET /api/cases/{id}/documents
create or replace function api.list_documents(
  p_case_id uuid,
  p_document_type text default null,
  p_ocr_status text default null,
  p_uploaded_by text default null,
  p_page integer default null,
  p_page_size integer default null
)
returns api.document_page
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.find_case(p_case_id);
  v_page_size integer := core.page_size(p_page, p_page_size, 20);
  v_document_type text := core.known_word(
    'documentType', p_document_type, array(select t.value from core.document_types as t)
  );
  v_ocr_status core.ocr_status := core.known_word(
    'ocrStatus', p_ocr_status, enum_range(null::core.ocr_status)::text[]
  );
  v_total bigint;
  v_documents api.document[];
begin
  select count(*) into v_total
  from core.documents as d
  where d.case_id = v_case.id and d.upload_status = 'complete' and d.deleted_at is null
    and (v_document_type is null or d.document_type = v_document_type)
    and (v_ocr_status is null or d.ocr_status = v_ocr_status)
    and (p_uploaded_by is null or d.uploaded_by = p_uploaded_by);

  v_documents := array(
    select core.document(d)
    from core.documents as d
    where d.case_id = v_case.id and d.upload_status = 'complete' and d.deleted_at is null
      and (v_document_type is null or d.document_type = v_document_type)
      and (v_ocr_status is null or d.ocr_status = v_ocr_status)
      and (p_uploaded_by is null or d.uploaded_by = p_uploaded_by)
    order by d.uploaded_at desc, d.id desc
    limit v_page_size
    offset (coalesce(p_page, 1) - 1)::bigint * v_page_size
  );

  return row(v_documents, core.pagination(v_total, p_page, v_page_size, null))::api.document_page;
end;
$$;

-- db/functions/api/report_damage.sql
-- The stored bytes of a document are not those that were uploaded
create or replace function api.report_damage(p_document_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_document core.documents := core.find_document(p_document_id);
begin
  insert into core.document_downloads (document_id, found_damaged) values (v_document.id, true);
end;
$$;

comment on function api.report_damage(uuid) is
'Records that a download gave nothing, as the bytes in the document store are gone or damaged.
Errors: JCMIS no document within reach.';
revoke all on function api.report_damage(uuid) from public;
grant execute on function api.report_damage(uuid) to casefile_caller;

-- db/policies/core.document_downloads.sql
grant insert (found_damaged) on table core.document_downloads to casefile_caller;

-- Reference rows: casefile_owner has a policy for them.
set local row_security = on;

-- db/reference/core.document_types.csv
insert into core.document_types (value, place, label, help_text, description_required) values ('background-checks', '3', 'Background checks (DBS, references)', 'DBS certificates and other checks of the applicants and their household', 'false')
on conflict (value) do update set place = excluded.place, label = excluded.label, help_text = excluded.help_text, description_required = excluded.description_required;

insert into core.document_types (value, place, label, help_text, description_required) values ('other', '15', 'Other (please describe)', 'Anything else: describe it', 'true')
on conflict (value) do update set place = excluded.place, label = excluded.label, help_text = excluded.help_text, description_required = excluded.description_required;

-- migrate:down

-- Bodies may name functions that come later.
set local check_function_bodies = off;

-- Reference rows: casefile_owner has a policy for them.
set local row_security = on;

-- db/reference/core.document_types.csv
insert into core.document_types (value, place, label, help_text, description_required) values ('background-checks', '3', 'Background checks', 'DBS certificates and other checks of the applicants and their household', 'false')
on conflict (value) do update set place = excluded.place, label = excluded.label, help_text = excluded.help_text, description_required = excluded.description_required;

insert into core.document_types (value, place, label, help_text, description_required) values ('other', '15', 'Other', 'Anything else: describe it', 'true')
on conflict (value) do update set place = excluded.place, label = excluded.label, help_text = excluded.help_text, description_required = excluded.description_required;

drop function api.report_damage(uuid);
revoke insert (found_damaged) on table core.document_downloads from casefile_caller;
comment on column core.document_downloads.found_damaged is null;

-- db/functions/core/find_document.sql
-- A document within the caller's reach
create or replace function core.find_document(p_document_id uuid)
returns core.documents
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_document core.documents;
begin
  select d.* into v_document
  from core.documents as d
  join core.cases as c on c.id = d.case_id and c.deleted_at is null
  where d.id = p_document_id and d.deleted_at is null;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Document not found';
  end if;

  return v_document;
end;
$$;

comment on function core.find_document(uuid) is
'The document, if the caller reaches it and neither it nor its case is deleted.
Errors: JCMIS no document within reach.';

-- db/functions/audit/explain_refusal.sql
-- Why an operation was refused, and a record of it
create or replace function audit.explain_refusal(p_operation text, p_subject_id uuid)
returns audit.refusal
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_role core.user_role := core.caller_role();
  -- Before anything is told.
  v_actor text := core.actor();
  v_required_roles text[] := array(
    select r.user_role::text
    from unnest(enum_range(null::core.user_role)) as r (user_role)
    join pg_catalog.pg_proc as p on p.pronamespace = 'api'::regnamespace and p.proname = p_operation
    where has_function_privilege(lower(r.user_role::text), p.oid, 'execute')
    order by r.user_role
  );
  v_is_of_role boolean := v_role::text = any (v_required_roles);
  v_is_about_document boolean := p_operation ~ '^(get|download|delete)_document$';
  v_case_id uuid := (
    select c.id
    from core.cases as c
    where c.deleted_at is null
      and c.id in (
        select p_subject_id where not v_is_about_document
        union all
        select d.case_id
        from core.documents as d
        where d.id = p_subject_id and d.deleted_at is null and v_is_about_document
      )
  );
begin
  if v_required_roles = '{}' then
    perform core.refuse_field('operation', 'Unknown operation');
  end if;

  -- Some operations tell anybody that there is no such case, the others only those whose role they are for.
  if p_subject_id is not null and v_case_id is null
    and (v_is_of_role or p_operation in ('change_case_status', 'list_case_audit', 'revoke_assignment', 'delete_document'))
  then
    return row(
      'NOT_FOUND', case when v_is_about_document then 'Document' else 'Case' end || ' not found', null
    )::audit.refusal;
  end if;

  insert into audit.refusals (case_id, operation, user_id, user_role, reason, request_id, client_address)
  values (
    v_case_id,
    p_operation,
    v_actor,
    coalesce(v_role::text, 'DATABASE'),
    case when v_is_of_role then 'REACH' else 'ROLE' end,
    nullif(current_setting('casefile.request_id', true), '')::uuid,
    nullif(current_setting('casefile.client_address', true), '')
  );

  if v_is_of_role then
    return row('FORBIDDEN', 'Access denied', null)::audit.refusal;
  end if;

  return row(
    'FORBIDDEN',
    case p_operation when 'get_admin_only' then 'Insufficient permissions' else 'Permission denied' end,
    jsonb_build_object('requiredRoles', v_required_roles, 'userRole', v_role)
  )::audit.refusal;
end;
$$;

-- db/functions/audit/tg_document_downloads__audit.sql
-- The audit of every download
create or replace function audit.tg_document_downloads__audit()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform audit.append(d.case_id, 'document', d.id::text, 'DOCUMENT_DOWNLOAD', null, null)
  from core.documents as d
  where d.id = new.document_id;

  return null;
end;
$$;

comment on function audit.tg_document_downloads__audit() is
'Writes one entry for each download. Definer: nobody may write entries but this.';

-- db/functions/api/download_document.sql
-- GET /api/documents/{id}/download
create or replace function api.download_document(p_document_id uuid)
returns api.download
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_document core.documents := core.find_document(p_document_id);
begin
  if v_document.virus_scan_status = 'infected' then
    raise exception using errcode = 'JCINF', message = 'This document is infected and cannot be downloaded';
  end if;

  if v_document.upload_status <> 'complete' or v_document.virus_scan_status not in ('clean', 'skipped') then
    raise exception using
      errcode = 'JCUNS',
      message = 'This document has not been scanned yet',
      detail = jsonb_build_object(
        'uploadStatus', v_document.upload_status, 'virusScanStatus', v_document.virus_scan_status
      )::text;
  end if;

  insert into core.document_downloads (document_id) values (v_document.id);

  return row(
    v_document.id, v_document.case_id, v_document.filename, v_document.mime_type, v_document.file_size,
    v_document.file_hash
  )::api.download;
end;
$$;

-- db/functions/api/list_documents.sql
-- GET /api/cases/{id}/documents
create or replace function api.list_documents(
  p_case_id uuid,
  p_document_type text default null,
  p_ocr_status text default null,
  p_uploaded_by text default null,
  p_page integer default null,
  p_page_size integer default null
)
returns api.document_page
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.find_case(p_case_id);
  v_page_size integer := core.page_size(p_page, p_page_size, 20);
  v_document_type text := core.known_word(
    'documentType', p_document_type, array(select t.value from core.document_types as t)
  );
  v_ocr_status core.ocr_status := core.known_word(
    'ocrStatus', p_ocr_status, enum_range(null::core.ocr_status)::text[]
  );
  v_total bigint;
  v_documents api.document[];
begin
  select count(*) into v_total
  from core.documents as d
  where d.case_id = v_case.id and d.deleted_at is null
    and (v_document_type is null or d.document_type = v_document_type)
    and (v_ocr_status is null or d.ocr_status = v_ocr_status)
    and (p_uploaded_by is null or d.uploaded_by = p_uploaded_by);

  v_documents := array(
    select core.document(d)
    from core.documents as d
    where d.case_id = v_case.id and d.deleted_at is null
      and (v_document_type is null or d.document_type = v_document_type)
      and (v_ocr_status is null or d.ocr_status = v_ocr_status)
      and (p_uploaded_by is null or d.uploaded_by = p_uploaded_by)
    order by d.uploaded_at desc, d.id desc
    limit v_page_size
    offset (coalesce(p_page, 1) - 1)::bigint * v_page_size
  );

  return row(v_documents, core.pagination(v_total, p_page, v_page_size, null))::api.document_page;
end;
$$;
