\ir ../../fixtures.psql
\ir ../../documents.psql

select act_as_worker();
select is(moves(id_of('ours'), $$select worker.record_removal(document('failed'))$$), '{0,1}', 'a removal makes one entry');
select is(
  row(e.case_id, e.entity, e.entity_id, e.action, e.actor, e.actor_role, e.before, e.after)::text,
  row(
    id_of('ours'), 'document', document('failed'), 'DOCUMENT_STATUS', 'document_processor', 'DOCUMENT_PROCESSOR', null,
    '{"bytesRemoved": true}'::jsonb
  )::text, 'the entry has the worker and the document'
) from latest_entry() as e;
select act_as_worker();
select is(moves(id_of('ours'), $$select worker.record_removal(document('failed'))$$), '{0,0}', 'a second removal makes no entry');

select * from finish();
rollback;
