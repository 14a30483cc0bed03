\ir ../../fixtures.psql
\ir ../../documents.psql

create function fixture.shown() returns text language sql as $$
  select concat_ws(' ', e.entity, e.action, e.actor, e.actor_role, e.before, e.after) from latest_entry() as e;
$$;

select act_as('adopter');
select is(moves(id_of('ours'), $$select begin_upload('new', 'new.pdf', p_type => 'other', p_description => 'what it is')$$), '{0,1}', 'the beginning of an upload makes one entry');
select is(
  row(e.case_id, e.entity, e.entity_id, e.action, e.actor, e.actor_role, e.before, e.after, e.request_id, e.client_address)::text,
  row(
    id_of('ours'), 'document', document('new'), 'DOCUMENT_STATUS', 'adopter.one', 'ADOPTER', null,
    '{"filename": "new.pdf", "documentType": "other", "description": "what it is", "uploadStatus": "uploading", "virusScanStatus": "pending", "ocrStatus": "pending"}'::jsonb,
    '00000000-0000-4000-8000-000000000001', '192.0.2.1'
  )::text,
  'the entry of a begun upload has what is known'
) from latest_entry() as e;

select is(moves(id_of('ours'), $$select end_upload('new')$$), '{0,1}', 'a completed upload makes one entry');
select is(
  row(e.action, e.before, e.after)::text,
  row(
    'DOCUMENT_UPLOAD', '{"uploadStatus": "uploading", "fileSize": null, "fileHash": null, "mimeType": null, "version": null}'::jsonb,
    jsonb_build_object(
      'uploadStatus', 'complete', 'fileSize', 1000, 'fileHash', hash_of('new'), 'mimeType', 'application/pdf', 'version', 1
    )
  )::text,
  'the entry of a completed upload has size, hash, type and version'
) from latest_entry() as e;

select is(moves(id_of('ours'), $$select api.fail_upload(document('begun'))$$), '{0,1}', 'a failed upload makes one entry');
select is(shown(), 'document DOCUMENT_STATUS adopter.one ADOPTER {"uploadStatus": "uploading"} {"uploadStatus": "failed"}', 'the entry of a failed upload has the status before and after');

select act_as_worker();
select is(moves(id_of('ours'), $$update core.documents set virus_scan_status = 'clean', ocr_status = 'processing' where id = document('new')$$), '{0,1}', 'a scan makes one entry');
select is(
  shown(),
  'document DOCUMENT_STATUS document_processor DOCUMENT_PROCESSOR '
  || '{"ocrStatus": "pending", "virusScanStatus": "pending"} {"ocrStatus": "processing", "virusScanStatus": "clean"}',
  'the entry of a scan has the worker as its actor'
);
select is(moves(id_of('ours'), $$update core.documents set ocr_status = 'failed', ocr_failure_reason = 'why' where id = document('new')$$), '{0,1}', 'a failed reading makes one entry');
select is(
  shown(),
  'document DOCUMENT_STATUS document_processor DOCUMENT_PROCESSOR '
  || '{"ocrStatus": "processing", "ocrFailureReason": null} {"ocrStatus": "failed", "ocrFailureReason": "why"}',
  'the entry of a failed reading has the reason'
);
select set_claims('document_processor', 'officer.one', null, null);
select is(moves(id_of('theirs'), $$update core.documents set virus_scan_status = 'skipped' where id = document('foreign')$$), '{0,1}', 'an entry belongs to the case of its document');
select is((latest_entry()).actor, 'document_processor', 'the worker cannot act under another name');

select act_as('officer');
select is(moves(id_of('ours'), $$select api.delete_document(document('new'))$$), '{0,1}', 'a deletion makes one entry');
select is(
  row(e.action, e.actor, e.before ? 'deletedAt', e.after ->> 'deletedAt' is not null)::text, '(DOCUMENT_DELETE,officer.one,t,t)', 'the entry of a deletion has its actor and time'
) from latest_entry() as e;

select act_as_dba();
update core.documents set virus_scan_status = 'clean' where id = document('order');
select is(
  shown(), format('document DOCUMENT_STATUS %s DATABASE {"virusScanStatus": "pending"} {"virusScanStatus": "clean"}', session_user),
  'a change made without the server is recorded as such'
);
set local session_replication_role = replica;
select is(moves(id_of('ours'), $$update core.documents set ocr_status = 'failed' where id = document('order')$$), '{0,1}', 'the trigger also fires in a session with session_replication_role = replica');
set local session_replication_role = origin;

select is(
  moves(id_of('ours'), $$
    update core.documents set ocr_status = 'failed' where case_id = id_of('ours') and upload_status = 'complete' and ocr_status = 'pending' and deleted_at is null
  $$),
  '{0,3}', 'a change of several documents makes an entry for each'
);
select is_empty('select audit.find_broken_chains()', 'every chain is whole');

select * from finish();
rollback;
