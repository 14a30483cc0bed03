\ir ../../fixtures.psql
\ir ../../documents.psql

create function fixture.writes(p_name text) returns text language sql as $$
  select format('insert into core.document_removals (document_id) values (document(%L))', p_name);
$$;
select act_as_worker();
select is(outcome(writes('failed')), 'ok', 'a failed upload');
select is(outcome(writes(n)), 'JCFIX', n) from unnest('{order,report,clean,removed,begun,foreign}'::text[]) as n;
select set_document('begun', 'deleted_at = now()');
select is(outcome(writes('begun')), 'ok', 'one that was deleted while it went on');
select act_as_dba();
select is(outcome(writes('order')), 'ok', 'work by hand is audited');

select * from finish();
rollback;
