\ir ../../fixtures.psql
\ir ../../documents.psql

create function fixture.writes(p_name text) returns text language sql as $$
  select format('insert into core.document_removals (document_id) values (document(%L))', p_name);
$$;
select act_as_worker();
select is(outcome(writes('failed')), 'ok', 'the bytes of a failed upload may be recorded as removed');
select is(outcome(writes(n)), 'JCFIX', 'the bytes of this document may not: ' || n) from unnest('{order,report,clean,removed,begun,foreign}'::text[]) as n;
select set_document('begun', 'deleted_at = now()');
select is(outcome(writes('begun')), 'ok', 'the bytes of an upload that was deleted in progress may be recorded as removed');
select act_as_dba();
select is(outcome(writes('order')), 'ok', 'a removal may be recorded by hand, and has an entry');

select * from finish();
rollback;
