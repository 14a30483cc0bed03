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
select is(swept(), 'failed', 'a failed upload');
select is(swept(), 'failed', 'is named until it is gone');
select worker.record_removal(document('failed'));
select is(swept(), '', 'and then no more');
select is(outcome($$select worker.record_removal(document('failed'))$$), 'ok', 'twice is as good as once');
select is(outcome($$select worker.record_removal(core.new_id())$$), 'JCFIX', 'no document');
select is(outcome(format('select worker.record_removal(document(%L))', n)), 'JCFIX', n || ' is not what an upload left')
from unnest('{order,begun,removed,clean}'::text[]) as n;
select is(outcome(c.name, $$select worker.record_removal(document('failed'))$$), '42501', 'not for ' || c.name) from callers as c;
select act_as_dba();
select ok(r.removed_at > now(), 'when') from core.document_removals as r;

select * from finish();
rollback;
