-- Record the virus scan
create or replace function worker.record_scan(p_document_id uuid, p_lease uuid, p_status text)
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_document core.documents;
begin
  if p_status = 'pending' then
    raise exception using errcode = 'JCFIX', message = 'The result of a scan cannot be pending';
  end if;

  perform worker.hold_lease(p_document_id, p_lease);

  update core.documents as d
  set
    virus_scan_status = p_status::core.virus_scan_status,
    ocr_status = case
      when p_status = 'infected' then 'not-applicable'
      when d.ocr_status = 'pending' then 'processing'
      else d.ocr_status
    end
  where d.id = p_document_id;

  -- Not from RETURNING: a repeated result updates no row.
  select * into v_document from core.documents as d where d.id = p_document_id;

  if v_document.ocr_status = 'processing' then
    update core.document_jobs as j
    set attempts = 0, run_at = now(), lease = null, leased_until = null, last_failure = null
    where j.document_id = p_document_id;
    notify document_jobs;
  else
    delete from core.document_jobs where document_id = p_document_id;
  end if;

  return false;
end;
$$;

comment on function worker.record_scan(uuid, uuid, text) is
'Records clean, infected or skipped, and ends the claim. A readable document then waits for the next claim. Returns false, because
workers of 0.3 ask whether to read it themselves.
Errors: JCFIX no outcome; JCLEA the claim is lost.';

revoke all on function worker.record_scan(uuid, uuid, text) from public;
grant execute on function worker.record_scan(uuid, uuid, text) to document_processor;
