\ir ../../fixtures.psql
\ir ../../documents.psql
\ir ../../jobs.psql

select claim_of('order') as lease \gset
select worker.record_scan(document('order'), :'lease', 'clean');
select claim_of('order') as lease \gset
select is(outcome($$select worker.record_text(document('order'), core.new_id(), 'x')$$), 'JCLEA', 'another lease is refused');
select is(outcome(format('select worker.record_text(document(''order''), %L, null)', :'lease')), '23502', 'null is not a text');
select worker.record_text(document('order'), :'lease', e'what\nwas written, and the script it was in: 合同');
select is((document_row('order')).ocr_status::text, 'complete', 'the document is read');
select ok((document_row('order')).ocr_completed_at > now(), 'the reading has its own time');
select is((document_row('order')).ocr_page_count, null, 'the number of pages may be unknown');
select is((job_of('order')).document_id, null, 'the job has ended');
select is(outcome(format('select worker.record_text(document(''order''), %L, ''x'')', :'lease')), 'JCLEA', 'a text cannot be recorded twice');
select is(
  row(e.action, e.actor, e.actor_role, e.before, e.after)::text,
  row(
    'DOCUMENT_STATUS', 'document_processor', 'DOCUMENT_PROCESSOR', null,
    jsonb_build_object('textSha256', hash_of(e'what\nwas written, and the script it was in: 合同'))
  )::text,
  'the text is recorded by its digest'
) from latest_entry() as e;
select act_as_dba();
select is(t.content, e'what\nwas written, and the script it was in: 合同', 'the text is stored as it was read') from core.document_texts as t where t.document_id = document('order');

select claim_of('report') as lease \gset
select worker.record_scan(document('report'), :'lease', 'skipped');
select claim_of('report') as lease \gset
select lives_ok(format('select worker.record_text(document(''report''), %L, '''', 3, 2)', :'lease'), 'an empty text is accepted');
select is(array[d.ocr_page_count, d.ocr_pages_read], '{3,2}', 'the numbers of pages and of read pages are stored') from document_row('report') as d;
select is(outcome(c.name, $$select worker.record_text(document('report'), null, 'x')$$), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
