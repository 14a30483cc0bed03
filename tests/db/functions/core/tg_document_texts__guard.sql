\ir ../../fixtures.psql
\ir ../../documents.psql
\ir ../../jobs.psql

create function fixture.writes(p_name text) returns text language sql as $$
  select format('insert into core.document_texts (document_id, content) values (document(%L), ''x'')', p_name);
$$;
select claim_of('order') as lease \gset
select is(outcome(writes('order')), 'ok', 'the text of a claimed document may be written');
select is(outcome(writes(n)), 'JCLEA', 'the text of this unclaimed document may not: ' || n) from unnest('{report,clean,removed,begun,failed,foreign}'::text[]) as n;
select set_job('order', 'leased_until = clock_timestamp()');
select is(outcome(writes('order')), 'JCLEA', 'a text may be written only while the claim lasts');
select act_as_dba();
set local session_replication_role = replica;
select act_as_worker();
select is(outcome(writes('order')), 'JCLEA', 'the trigger also fires with session_replication_role = replica');
select act_as_dba();
select is(outcome(writes('report')), 'ok', 'a text written by hand needs no claim');
select is(outcome(format('insert into core.document_texts (document_id, content) values (document(''report''), repeat(''x'', %s))', n)), code, 'a text is limited to 20 MiB: ' || n || ' bytes')
from (values (20971520, 'ok'), (20971521, 'JCVAL')) as v (n, code);

select * from finish();
rollback;
