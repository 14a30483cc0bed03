\ir ../../fixtures.psql
\ir ../../documents.psql

create function fixture.swept() returns text language plpgsql as $$
begin
  perform fixture.act_as_worker();
  return (
    select coalesce(string_agg(d.name, ' ' order by d.name), '') from worker.sweep() as s join fixture.documents as d on (d.id, d.case_id) = (s.document_id, s.case_id)
  );
end;
$$;
select is(swept(), 'failed', 'a sweep names a failed upload');
select is(swept(), 'failed', 'a sweep names a failed upload again until its bytes are gone');
select worker.record_removal(document('failed'));
select is(swept(), '', 'a sweep does not name an upload whose bytes are gone');
select is(outcome($$select worker.record_removal(document('failed'))$$), 'ok', 'a second record of the same removal is accepted');
select is(outcome($$select worker.record_removal(core.new_id())$$), 'JCFIX', 'a document that does not exist is refused');
select is(outcome(format('select worker.record_removal(document(%L))', n)), 'JCFIX', n || ' is not a failed upload')
from unnest('{order,begun,removed,clean}'::text[]) as n;
select is(outcome(c.name, $$select worker.record_removal(document('failed'))$$), '42501', 'this function may not be called by ' || c.name) from callers as c;
select act_as_dba();
select ok(r.removed_at > now(), 'a removal has its own time') from core.document_removals as r;

select * from finish();
rollback;
