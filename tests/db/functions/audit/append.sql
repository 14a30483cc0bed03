\ir ../../fixtures.psql

create function fixture.appended() returns void language sql as $$
  select audit.append(id_of('bare'), 'thing', '7', 'UPDATE', '{"a": 1}', '{"a": 2}');
$$;
create function fixture.latest() returns audit.entries language sql as $$
  select e from audit.entries as e where e.case_id = id_of('bare') order by e.id desc limit 1;
$$;

create temp table before as select * from audit.chains where case_id = id_of('bare');
select appended();
select is(
  row(e.case_id, e.entity, e.entity_id, e.action, e.actor, e.actor_role, e.before, e.after, e.request_id, e.client_address)::text,
  row(id_of('bare'), 'thing', '7', 'UPDATE', session_user, 'DATABASE', '{"a": 1}'::jsonb, '{"a": 2}'::jsonb, null, null)::text,
  'an entry has all its fields; without the server, the actor is the login and the role is DATABASE'
) from latest() as e;
select ok(e.occurred_at between now() and clock_timestamp() and e.occurred_at > now(), 'an entry has its own time, not that of the transaction') from latest() as e;
select is(e.digest, audit.entry_digest(b.digest, e), 'an entry is chained to the entry before') from latest() as e, before as b;
select is(row(c.length, c.digest)::text, row(b.length + 1, e.digest)::text, 'the tip of the trail moves to the new entry')
from audit.chains as c, before as b, latest() as e where c.case_id = b.case_id;

select appended() from generate_series(1, 20);
select is_empty(
  $$
    select from (
      select e.occurred_at < lag(e.occurred_at) over (order by e.id) as early from audit.entries as e where e.case_id = id_of('bare')
    ) as s
    where s.early
  $$,
  'the times of entries are in the order of their ids'
);
select is_empty('select audit.find_broken_chains()', 'twenty entries form one chain');

select act_as('officer');
select api.change_case_status(id_of('bare'), 1, 'DIRECTIONS');
select act_as_dba();
select is(
  row(e.actor, e.actor_role, e.request_id, e.client_address)::text,
  '(officer.one,HMCTS_CASE_OFFICER,00000000-0000-4000-8000-000000000001,192.0.2.1)', 'an entry made for a caller has the caller and the request'
) from latest() as e;

select is(outcome(c.name, 'select appended()'), '42501', c.name || ' appends nothing') from callers as c;

select * from finish();
rollback;
