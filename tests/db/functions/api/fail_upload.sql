\ir ../../fixtures.psql
\ir ../../documents.psql

-- Only the caller's, and only an upload.
select is(
  outcome(c.name, 'select api.fail_upload(document(''begun''))'), case c.role when 'JUDGE_LEGAL_ADVISER' then '42501' else 'ok' end, 'every role that uploads may call it: ' || c.name
) from callers as c;
select act_as_dba();
create temp table before as select everything() as digest;
create function fixture.failed(p_caller text, p_name text) returns void language plpgsql as $$
begin
  perform fixture.act_as(p_caller);
  perform api.fail_upload(fixture.document(p_name));
end;
$$;
select failed(c.name, d.name) from callers as c, documents as d
where c.role <> 'JUDGE_LEGAL_ADVISER' and (c.name, d.name) <> ('adopter', 'begun');
select act_as_dba();
select is(everything(), digest, 'failing an upload changes nothing of other callers'' uploads and of complete documents') from before;

select act_as('adopter');
select is(moves(id_of('ours'), $$select api.fail_upload(document('begun'))$$), '{0,1}', 'failing an upload makes one entry and does not change the case');
select is((document_row('begun')).upload_status::text, 'failed', 'the upload is failed');
select is(moves(id_of('ours'), $$select api.fail_upload(document('begun'))$$), '{0,0}', 'failing it again makes no second entry');
select is(outcome($$select end_upload('begun')$$), 'JCNIL', 'a failed upload cannot be completed');
select is((job_of('begun')).document_id, null, 'a failed upload has no job for the worker');

select act_as('officer');
select begin_upload('deleted', 'deleted.pdf');
update core.documents set deleted_at = now() where id = document('deleted');
select is(outcome($$select api.fail_upload(document('deleted'))$$), 'ok', 'an upload that was deleted meanwhile can be failed without an error');

select * from finish();
rollback;
