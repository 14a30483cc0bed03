-- Record a failed attempt
create or replace function worker.record_failure(
  p_document_id uuid,
  p_lease uuid,
  p_reason text,
  p_blames_document boolean,
  p_is_final boolean default false
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_attempts integer;
begin
  perform worker.hold_lease(p_document_id, p_lease);

  -- Five attempts, or no limit if the document is not to blame (no scanner).
  update core.document_jobs as j
  set
    attempts = case when p_blames_document then j.attempts else j.attempts - 1 end,
    run_at = now() + least(2 ^ j.attempts, 60) * interval '1 second',
    lease = null,
    leased_until = null,
    last_failure = left(p_reason, 500)
  where j.document_id = p_document_id
  returning j.attempts into v_attempts;

  if p_is_final or v_attempts >= 5 then
    perform worker.give_up(p_document_id);
  end if;
end;
$$;

comment on function worker.record_failure(uuid, uuid, text, boolean, boolean) is
'Gives the document back, to be tried again after a delay that doubles with each attempt, up to a minute. After the fifth failure,
or a final one, gives it up.
Errors: JCLEA the claim is lost.';

revoke all on function worker.record_failure(uuid, uuid, text, boolean, boolean) from public;
grant execute on function worker.record_failure(uuid, uuid, text, boolean, boolean) to document_processor;
