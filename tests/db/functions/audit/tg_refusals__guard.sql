\ir ../../fixtures.psql

select act_as('judge');
select audit.explain_refusal('get_case', id_of('theirs'));
select act_as_dba();
create table fixture.changes as
select v.set, v.code
from (
  values
    ('times = times + 1', 'ok'), ('times = times', 'JCAPP'), ('times = times + 2', 'JCAPP'), ('times = 0', 'JCAPP'), ('user_id = ''x''::text', 'JCAPP'),
    ('times = times + 1, reason = ''x''::text', 'JCAPP'), ('occurred_at = occurred_at - interval ''3 years'' * 1', 'JCAPP')
) as v (set, code);
grant select on fixture.changes to public;
select is(outcome('update audit.refusals set ' || c.set), c.code, 'a superuser may only count a refusal up by one: ' || c.set) from changes as c;
set local session_replication_role = replica;
select is(outcome('update audit.refusals set ' || c.set), c.code, 'in a session with session_replication_role = replica, a refusal may only be counted up by one: ' || c.set) from changes as c;
set local session_replication_role = origin;
set local role casefile_owner;
select is(outcome('update audit.refusals set ' || c.set), c.code, 'the owner may only count a refusal up by one: ' || c.set) from changes as c;

select * from finish();
rollback;
