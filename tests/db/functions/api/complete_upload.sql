\ir ../../fixtures.psql
\ir ../../documents.psql

create function fixture.completion(p_name text) returns text language sql as $$
  select format('select api.complete_upload(%L, 1000, hash_of(%L), ''application/pdf'')', document(p_name), 'new');
$$;
create function fixture.duplicate_of(p_caller text, p_content text) returns jsonb language plpgsql as $$
begin
  perform fixture.act_as(p_caller);
  perform fixture.begin_upload('copy of ' || p_content || ' by ' || p_caller, 'copy.pdf');
  return fixture.detail(format('select end_upload(%L, %L)', 'copy of ' || p_content || ' by ' || p_caller, p_content));
end;
$$;

-- Only its uploader.
select is(
  outcome(c.name, completion('begun')), case when c.role = 'JUDGE_LEGAL_ADVISER' then '42501' when c.name = 'adopter' then 'ok' else 'JCNIL' end,
  'only the uploader may complete the upload: ' || c.name
) from callers as c;
select is(outcome(n, completion(d)), 'JCNIL', format('a document that is not the caller''s upload cannot be completed: %s, by %s', d, n))
from (values ('officer', 'order'), ('officer', 'removed'), ('officer', 'foreign'), ('officer', 'buried'), ('agency', 'failed'), ('adopter', 'passport')) as v (n, d);
select is(outcome('officer', 'select api.complete_upload(core.new_id(), 1, hash_of(''x''), ''application/pdf'')'), 'JCNIL', 'a document that does not exist cannot be completed');
select is(outcome('officer', 'select api.complete_upload(null, 1, hash_of(''x''), ''application/pdf'')'), 'JCNIL', 'no document is completed without an id');

-- The end.
select act_as('adopter');
select is(
  to_jsonb(end_upload('begun', 'new', 20971520)) - '{uploaded_at}'::text[],
  jsonb_build_object(
    'id', document('begun'), 'case_id', id_of('ours'), 'filename', 'begun.pdf', 'original_filename', 'begun.pdf', 'document_type', 'court-order',
    'description', null, 'file_size', 20971520, 'file_hash', hash_of('new'), 'mime_type', 'application/pdf', 'uploaded_by', 'adopter.one', 'version', 1,
    'upload_status', 'complete', 'ocr_status', 'pending', 'ocr_completed_at', null, 'ocr_failure_reason', null, 'ocr_page_count', null, 'ocr_pages_read', null, 'virus_scan_status', 'pending',
    'virus_scan_completed_at', null, 'side', 'ADOPTER'
  ),
  'the completed upload is a document with its size, hash and version'
);
select is((job_of('begun')).attempts, 0, 'a completed upload gets a job for the worker');
select is(outcome($$select end_upload('begun', 'new')$$), 'JCNIL', 'an upload cannot be completed twice');
select begin_upload('next', 'begun.pdf');
select is(moves(id_of('ours'), $$select end_upload('next')$$), '{0,1}', 'completing an upload makes one entry and does not change the case');
select is((document_row('next')).version, 2, 'a second document of the same name gets the next version number');

-- The same bytes, and their place if visible.
select is(
  duplicate_of(c.name, 'order'),
  jsonb_build_object('field', 'file', 'isDuplicate', true) || case c.role when 'ADOPTER' then '{}' else jsonb_build_object('existingDocumentId', document('order')) end,
  'the same bytes are refused, and the first document is named if visible: ' || c.name
) from callers as c where c.name !~ 'other' and c.role <> 'JUDGE_LEGAL_ADVISER';
select is(duplicate_of('adopter', 'passport') ->> 'existingDocumentId', document('passport')::text, 'an adopter is told the id of its own first document');
select is(duplicate_of('spouse', 'passport') ->> 'existingDocumentId', null, 'an adopter is not told the id of another''s document');
select is((duplicate_of('officer', 'infected')) ->> 'existingDocumentId', document('infected')::text, 'the bytes of an infected document count as a duplicate');
select is(duplicate_of('officer', 'removed'), null, 'the bytes of a deleted document do not count as a duplicate');
select is((document_row('copy of order by officer')).upload_status::text, 'uploading', 'a refused upload stays uploading, so that the server can fail it');

-- Refusals.
select act_as('officer');
select begin_upload('refused', 'refused.pdf');
select is(outcome(format('select api.complete_upload(document(''refused''), %s)', a)), 'JCVAL', 'size, hash or type is refused: ' || a)
from unnest(array[
  '0, hash_of(''x''), ''application/pdf''', 'null, hash_of(''x''), ''application/pdf''', '20971521, hash_of(''x''), ''application/pdf''',
  '1, hash_of(''x''), ''image/png''', '1, hash_of(''x''), null'
]) as a;

-- Gone in the meantime.
update core.documents set deleted_at = now() where id = document('refused');
select is(outcome($$select end_upload('refused', 'x')$$), 'JCNIL', 'an upload that an officer has deleted cannot be completed');
select is(tried, 'JCNIL', 'an upload cannot be completed after the uploader''s assignment has ended') from (
  select act_as('cafcass'), begin_upload('late', 'late.pdf'), act_as('officer'),
    api.revoke_assignment(id_of('ours'), (select a.id from core.assignments as a where a.case_id = id_of('ours') and a.user_id = 'cafcass.one')),
    outcome('cafcass', 'select end_upload(''late'')') as tried
) as t;
select act_as('agency');
select begin_upload('of_agency', 'of_agency.pdf');
select act_as('officer');
select begin_upload('of_officer', 'of_officer.pdf');
select api.delete_case(id_of('ours'));
select is(outcome(n, format('select end_upload(%L)', 'of_' || n)), 'JCNIL', 'an upload to a case that is deleted meanwhile cannot be completed: ' || n) from unnest('{agency,officer}'::text[]) as n;

select * from finish();
rollback;
