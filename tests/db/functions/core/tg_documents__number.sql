\ir ../../fixtures.psql
\ir ../../documents.psql

-- Sizes and contents.
create function fixture.refusal(p_name text, p_content text, p_size bigint, p_mime_type text default null) returns text language plpgsql as $$
begin
  perform fixture.end_upload(p_name, p_content, p_size, p_mime_type);
  raise exception using errcode = 'UNDO0';
exception
  when sqlstate 'UNDO0' then
    return 'ok';
  when others then
    return sqlerrm;
end;
$$;
select act_as('adopter');
select is(refusal('begun', 'new', s.size), s.answer, 'a document has between 1 byte and 20 MiB: ' || coalesce(s.size::text, 'nothing'))
from (
  values
    (null, 'The file is empty'), (0, 'The file is empty'), (1, 'ok'), (20971520, 'ok'), (20971521, 'The file is larger than 20 MiB'),
    (9223372036854775807, 'The file is larger than 20 MiB')
) as s (size, answer);
select is(outcome($$select end_upload('begun', 'new', -1)$$), '23514', 'a negative size is refused');
select is(refusal('begun', 'new', 1, m), 'The content of the file does not match the ending of its name', 'content of another type is refused: ' || m)
from unnest('{application/msword,image/png,application/PDF,application/pdf; charset=utf-8,application/octet-stream,text/html}'::text[]) as m;
select is(outcome($$select api.complete_upload(document('begun'), 1, hash_of('new'), null)$$), 'JCVAL', 'content without a type is refused');
select is(outcome(format('select api.complete_upload(document(''begun''), 1, %L, ''application/pdf'')', h)), '23514', format('this is not a SHA-256: %L', h))
from unnest(array[null, '', 'x', upper(hash_of('new')), left(hash_of('new'), 63), hash_of('new') || '0']) as h;
select is(detail($$select end_upload('begun', 'new', 20971521)$$), '{"field": "file"}', 'the error names the field');

-- The limit is the table's.
select act_as_dba();
update core.file_types set size_limit = 1048576 where extension = 'pdf';
select act_as('adopter');
select is(refusal('begun', 'new', 1048576), 'ok', 'a size within the limit of the table is accepted');
select is(refusal('begun', 'new', 1048577), 'The file is larger than 1 MiB', 'a size beyond the limit of the table is refused');

-- The same bytes.
select act_as('adopter');
select is(outcome($$select end_upload('begun', 'order')$$), 'JCSAM', 'bytes that the case already has are refused, even if the caller does not see that document');
select is(outcome($$select end_upload('begun', 'infected')$$), 'JCSAM', 'the bytes of an infected document are refused');
select is(outcome($$select end_upload('begun', 'removed')$$), 'ok', 'the bytes of a deleted document are accepted');
select is(outcome($$select end_upload('begun', 'failed')$$), 'ok', 'the bytes of a failed upload are accepted');
select act_as('officer');
select begin_upload('elsewhere', 'elsewhere.pdf', 'bare');
select is(outcome($$select end_upload('elsewhere', 'order')$$), 'ok', 'the bytes of a document in another case are accepted');

-- Versions of one name on one side of a case, from all users, including deleted ones.
select is((document_row('foreign')).version, 1, 'versions are counted for each case');
select upload('second', 'order.pdf'), upload('third', 'order.pdf');
select act_as('adopter');
select upload('of_adopter', 'order.pdf'), upload('of_adopter_too', 'order.pdf');
select is(array(select (document_row(n)).version from unnest('{of_adopter,of_adopter_too}'::text[]) as n), '{1,2}', 'the versions of adopters are counted separately');
select act_as('cafcass');
select upload('fourth', 'order.pdf');
select act_as('officer');
select api.delete_document(document('fourth')), api.delete_document(document('second'));
select begin_upload('sixth', 'order.pdf'), begin_upload('abandoned', 'order.pdf'), begin_upload('fifth', 'order.pdf');
select end_upload('fifth');
select api.fail_upload(document('abandoned'));
select end_upload('sixth');
select is(
  array(select d.version from core.documents as d where d.case_id = id_of('ours') and d.filename = 'order.pdf' and d.version is not null and d.uploaded_by <> 'adopter.one' order by d.version),
  '{1,2,3,4,5,6}', 'the versions of one name have no gap and no repeat'
);
select is(
  array(select (document_row(n)).version from unnest('{order,second,third,fourth,fifth,sixth}'::text[]) as n), '{1,2,3,4,5,6}',
  'versions are in the order of completion'
);
select is((document_row('abandoned')).version, null, 'a failed upload has no version');
select upload('capital', 'ORDER.pdf'), upload('other_type', 'order.png');
select is((document_row(n)).version, 1, 'another name has versions of its own: ' || n) from unnest('{capital,other_type}'::text[]) as n;
select act_as_dba();
select is(
  outcome($$
    insert into core.documents (id, case_id, filename, document_type) values (core.new_id(), id_of('ours'), 'order.pdf', 'court-order');
    update core.documents set upload_status = 'complete', file_size = 1, file_hash = hash_of('x'), mime_type = 'application/pdf', version = 99
    where upload_status = 'uploading' and filename = 'order.pdf';
    do 'begin if (select max(version) from core.documents) <> 7 then raise division_by_zero; end if; end';
  $$),
  'ok', 'a stated version is ignored'
);

-- Reading jobs.
select act_as('officer');
select upload(e, 'file.' || e) from unnest('{pdf,jpg,jpeg,png,tif,tiff,doc,docx}'::text[]) as e;
select is((document_row(e)).ocr_status::text, case when e ~ 'doc' then 'not-applicable' else 'pending' end, 'only readable types are to be read: ' || e)
from unnest('{pdf,jpg,jpeg,png,tif,tiff,doc,docx}'::text[]) as e;

-- The table refuses it too, without the trigger.
select is(
  array(select i.indexdef from pg_indexes as i where i.indexname ~ '^documents_case_id_file_hash_key$' order by i.indexname),
  '{
    "CREATE UNIQUE INDEX documents_case_id_file_hash_key ON core.documents USING btree (case_id, file_hash) WHERE ((upload_status = ''complete''::core.upload_status) AND (deleted_at IS NULL))"
  }', 'a unique index refuses the same bytes without the trigger'
);

select * from finish();
rollback;
