\ir ../../fixtures.psql
\ir ../../documents.psql

-- Every reader may.
select scanned('passport', 'skipped');
select is(
  outcome(c.name, $$select api.download_document(document('clean'))$$), case when c.role = 'ADOPTER' or c.name ~ 'other' then 'JCMIS' else 'ok' end,
  'a clean document can be downloaded by all who reach it: ' || c.name
) from callers as c;
select is(
  outcome(c.name, $$select api.download_document(document('passport'))$$),
  case when c.name = 'adopter' or c.role <> 'ADOPTER' and c.name !~ 'other' then 'ok' else 'JCMIS' end, 'a document with a skipped scan can be downloaded by all who reach it: ' || c.name
) from callers as c;

-- Only if the scan is clean or was skipped.
select act_as_dba();
create function fixture.download_of(p_upload core.upload_status, p_scan core.virus_scan_status) returns text language sql as $$
  select set_document('order', format('upload_status = %L, virus_scan_status = %L', p_upload, p_scan));
  select outcome('judge', $q$select api.download_document(document('order'))$q$);
$$;
select is(
  download_of(u, s), case when u <> 'complete' then 'JCMIS' when s = 'infected' then 'JCINF' when s in ('clean', 'skipped') then 'ok' else 'JCUNS' end, format('only a complete document whose scan is clean or was skipped can be downloaded: %s, %s', u, s)
) from unnest(enum_range(null::core.upload_status)) as u, unnest(enum_range(null::core.virus_scan_status)) as s;
select act_as('officer');
select is(outcome(format('select api.download_document(document(%L))', d.name)), code, 'a download is refused: ' || d.name)
from (
  values ('infected', 'JCINF'), ('report', 'JCUNS'), ('begun', 'JCMIS'), ('failed', 'JCMIS'), ('removed', 'JCMIS'), ('buried', 'JCMIS'), ('foreign', 'JCMIS')
) as d (name, code);
select is(
  detail($$select api.download_document(document('report'))$$), '{"virusScanStatus": "pending"}', 'the error names the status of the scan'
);
select is(outcome(format('select api.download_document(%s)', i)), 'JCMIS', 'it is not found: ' || i) from unnest('{core.new_id(),"null",id_of(''ours'')}'::text[]) as i;

-- The record comes before the answer.
select act_as('judge');
select is(
  to_jsonb(api.download_document(document('clean'))),
  jsonb_build_object(
    'document_id', document('clean'), 'case_id', id_of('ours'), 'filename', 'clean.docx', 'mime_type',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'file_size', 1000, 'file_hash', hash_of('clean')
  ),
  'a download returns what the server needs to find and send the bytes'
);
select is(
  row(e.case_id, e.action, e.entity, e.entity_id, e.actor, e.actor_role, e.before, e.after, e.request_id, e.client_address)::text,
  row(id_of('ours'), 'DOCUMENT_DOWNLOAD', 'document', document('clean'), 'judge.one', 'JUDGE_LEGAL_ADVISER', null, null,
    '00000000-0000-4000-8000-000000000001', '192.0.2.1')::text, 'a download is recorded with its actor, request and address'
) from latest_entry() as e;
select is(
  moves(id_of('ours'), $$select api.download_document(document('clean')), api.download_document(document('clean'))$$), '{0,2}', 'each download has an entry of its own'
);
select is(moves(id_of('ours'), $$select outcome('select api.download_document(document(''infected''))')$$), '{0,0}', 'a refused download has no entry');

select act_as('officer');
select is(
  (api.list_case_audit(id_of('ours'))).entries[1].action, 'DOCUMENT_DOWNLOAD', 'an officer sees the download in the audit trail'
);

select * from finish();
rollback;
