\ir ../../fixtures.psql
\ir ../../documents.psql

create function fixture.held(p_setting text) returns text language plpgsql as $$
begin
  perform fixture.act_as_dba();
  perform fixture.set_job('order', p_setting);
  perform fixture.act_as_worker();
  return fixture.outcome(format('select worker.hold_lease(document(''order''), %L)', fixture.id_of('ours')));
end;
$$;
select is(held(s.setting), s.answer, 'only the current lease holds: ' || s.setting)
from (
  values
    ('lease = id_of(''ours''), leased_until = now() + interval ''1 ms''', 'ok'), ('lease = id_of(''ours''), leased_until = now()', 'JCLEA'),
    ('lease = id_of(''ours''), leased_until = now() - interval ''1 ms''', 'JCLEA'),
    ('lease = core.new_id(), leased_until = now() + interval ''1 h''', 'JCLEA'), ('lease = null, leased_until = null', 'JCLEA')
) as s (setting, answer);
select is(outcome('select worker.hold_lease(document(''order''), null)'), 'JCLEA', 'without a lease, nothing is held');
select is(outcome('select worker.hold_lease(document(''begun''), id_of(''ours''))'), 'JCLEA', 'without a job, nothing is held');
select is(outcome('select worker.hold_lease(core.new_id(), core.new_id())'), 'JCLEA', 'without a document, nothing is held');
select is(outcome(c.name, 'select worker.hold_lease(core.new_id(), core.new_id())'), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
