-- Take a document to work on
create or replace function worker.claim_document(p_lease_seconds integer default 300, p_task text default null)
returns worker.job
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_job core.document_jobs;
  v_document core.documents;
begin
  if p_task not in ('scan', 'read') then
    raise exception using errcode = 'JCFIX', message = 'A document can be claimed only to scan or to read it';
  end if;

  update core.document_jobs as j
  set lease = core.new_id(), leased_until = now() + p_lease_seconds * interval '1 second', attempts = j.attempts + 1
  where j.document_id = (
    select n.document_id
    from core.document_jobs as n
    join core.documents as d on d.id = n.document_id and d.deleted_at is null
    where n.run_at <= now() and (n.leased_until is null or n.leased_until < now()) and n.attempts < 5
      and (p_task is null or (d.virus_scan_status = 'pending') = (p_task = 'scan'))
    order by d.virus_scan_status <> 'pending', n.run_at
    for update of n skip locked
    limit 1
  )
  returning * into v_job;

  if not found then
    return null;
  end if;

  select * into v_document from core.documents as d where d.id = v_job.document_id;

  return row(
    v_document.id, v_document.case_id, v_document.filename, v_document.mime_type, v_document.file_size, v_job.lease,
    v_job.attempts, v_document.virus_scan_status = 'pending',
    v_document.virus_scan_status <> 'pending' and v_document.ocr_status in ('pending', 'processing')
  )::worker.job;
end;
$$;

comment on function worker.claim_document(integer, text) is
'The next document to scan ("scan") or read ("read"), for this worker only, until the lease ends; null if there is none. If no task
is named, scanning comes first. A killed worker''s document is claimed again after its lease, five times in all; then worker.sweep
gives it up.
Errors: JCFIX another task.';

revoke all on function worker.claim_document(integer, text) from public;
grant execute on function worker.claim_document(integer, text) to document_processor;
