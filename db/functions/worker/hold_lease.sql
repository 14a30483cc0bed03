-- Whether a claim still holds
create or replace function worker.hold_lease(p_document_id uuid, p_lease uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform
  from core.document_jobs as j
  where j.document_id = p_document_id and j.lease = p_lease and j.leased_until > now()
  for update;

  if not found then
    raise exception using errcode = 'JCLEA', message = 'This worker has lost its claim on the document';
  end if;
end;
$$;

comment on function worker.hold_lease(uuid, uuid) is
'Locks the claim until the end of the transaction, so that nobody records a result twice.
Errors: JCLEA another worker has the document, or it is done.';

revoke all on function worker.hold_lease(uuid, uuid) from public;
grant execute on function worker.hold_lease(uuid, uuid) to document_processor;
