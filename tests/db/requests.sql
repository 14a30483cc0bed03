\ir fixtures.psql
\ir documents.psql

-- The server's functions do the same as their operations. server.sql, idempotency.sql and tests/api test those that answer.
select is_empty(
  $$select p.proname from pg_proc as p where p.pronamespace = 'request'::regnamespace and not has_function_privilege('casefile_api', p.oid, 'execute')$$,
  'the server may call each function of request'
);
create function fixture.requested(p_name text, p_arguments text) returns void language plpgsql as $$
begin
  perform fixture.act_as_server();
  execute format('select request.%I(sha256(''a''), null, null, %s)', p_name, p_arguments);
  perform fixture.act_as_dba();
end;
$$;
create function fixture.assignment(p_user_id text) returns uuid language sql as $$
  select a.id from core.assignments as a where a.case_id = id_of('ours') and a.user_id = p_user_id and a.revoked_at is null;
$$;

\o /dev/null
select act_as('officer');
select begin_upload('of_officer', 'a.pdf');
select act_as_server();
select auth.log_in(sha256('a'), null, 'officer.one', 'HMCTS_CASE_OFFICER', 'Birmingham Family Court');
select requested('fail_upload', quote_literal(document('of_officer')));
select requested('report_damage', quote_literal(document('order')));
select requested('delete_document', quote_literal(document('order')));
select requested('revoke_assignment', format('%L, %L', id_of('ours'), assignment('cafcass.one')));
select requested('unlink_organisation', format('%L, %L', id_of('ours'), 'la.one'));
select requested('delete_case', quote_literal(id_of('ours')));
\o
select is((document_row('of_officer')).upload_status, 'failed', 'the server fails an upload');
select ok(exists (select from core.document_downloads as d where d.document_id = document('order') and d.found_damaged), 'the server reports damage');
select isnt((document_row('order')).deleted_at, null, 'the server deletes a document');
select is(assignment('cafcass.one'), null, 'the server revokes an assignment');
select is_empty(
  $$select from core.organisation_links as l where l.case_id = id_of('ours') and l.organisation_id = 'la.one' and l.unlinked_at is null$$,
  'the server ends a link'
);
select isnt(c.deleted_at, null, 'the server deletes a case') from core.cases as c where c.id = id_of('ours');

select * from finish();
rollback;
