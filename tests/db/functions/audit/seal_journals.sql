\ir ../../fixtures.psql

create function fixture.seals(p_journal text) returns text language sql stable security definer as $$
  select string_agg(s.number || ':' || s.row_count, ' ' order by s.number) from audit.seals as s where s.journal::text = p_journal;
$$;
create function fixture.journal(p_name text) returns text language sql stable security definer as $$
  select string_agg(r.user_id || '*' || r.times, ' ' order by r.id) from audit.refusals as r where r.user_id like p_name || '%';
$$;

select act_as_dba();
alter table audit.refusals disable trigger user;
alter table auth.sign_ins disable trigger user;
truncate audit.refusals, auth.sign_ins;
alter table audit.refusals enable always trigger tg_refusals__guard;
do $$ begin perform audit.seal_journals(1000); end $$; -- what the migrations have recorded
insert into audit.refusals (operation, user_id, user_role, reason, occurred_at)
select 'x', 'r' || n, 'x', 'x', now() - interval '2 minutes 1 second' - (5 - n) * interval '1 hour' from generate_series(1, 5) as n;
insert into audit.refusals (operation, user_id, user_role, reason, occurred_at) values ('x', 'young', 'x', 'x', now() - interval '119 seconds');
insert into auth.sign_ins (kind, outcome, user_id) select 'mock', 'OPENED', 'i' || n from generate_series(1, 3) as n;

select act_as_server();
select is(audit.seal_journals(2), 2, 'a call seals at most the given number of rows of each journal');
select is(seals('audit.refusals'), '1:2', 'the refusals have one seal of two rows');
select is(seals('auth.sign_ins'), '1:2', 'the sign-ins have one seal of two rows');
select is(audit.seal_journals(2), 2, 'the next call seals the next rows');
select is(seals('auth.sign_ins'), '1:2 2:1', 'the second seal of a journal follows the first');
select is(audit.seal_journals(2), 1, 'the third call seals the rest');
select is(seals('audit.refusals'), '1:2 2:2 3:1', 'a refusal that may still be counted up is not sealed');
select is(audit.seal_journals(2), 0, 'a call without new rows seals nothing');
select is(audit.seal_journals(1000), 0, 'later calls without new rows seal nothing');
select is_empty('select 1 where seals(''audit.restores'') is not null', 'a journal without rows has no seal');

select act_as_dba();
select is_empty(
  $$
    select j from unnest(enum_range(null::audit.journal)) as j
    where not exists (
      select from pg_locks as l where l.pid = pg_backend_pid() and l.relation = j::text::regclass and l.mode = 'ShareRowExclusiveLock'
    )
  $$, 'all journals are locked against writers while they are sealed'
);
select is_empty('select audit.find_broken_seals()', 'unchanged journals have no findings');
set local role casefile_owner;
select is_empty('select audit.find_broken_seals()', 'the owner finds nothing in unchanged journals');
reset role;
select results_eq(
  'select t.journal, t.number from audit.journal_tips() as t where t.journal in (''audit.refusals'', ''auth.sign_ins'') order by 1',
  $$values ('audit.refusals', 3::bigint), ('auth.sign_ins', 2)$$, 'the tips are the last seals of the journals'
);
select is(
  s.digest, sha256(record_send(row(
    1, null::bytea, 'auth.sign_ins'::text, 1::bigint, s.last_id, 2, s.newest_at, s.sealed_at,
    (select sha256(string_agg(r.content, '' order by r.id)) from audit.sealed_rows('auth.sign_ins', 0, s.last_id) as r)
  ))), 'the first of a journal has no predecessor'
) from audit.seals as s where s.journal = 'auth.sign_ins' and s.number = 1;

-- Later changes.
create function fixture.found(p_since jsonb default '{}') returns text language sql as $$
  select string_agg(format('%s %s: %s', b.journal, b.seal_number, regexp_replace(b.problem, '\d+ to \d+', '# to #')), e'\n' order by b.journal, b.seal_number, b.problem)
  from audit.find_broken_seals(p_since) as b;
$$;
select disable_triggers();
savepoint whole;
update auth.sign_ins set outcome = 'JCOFF' where user_id = 'i1';
select is(found(), 'auth.sign_ins 1: rows # to # were changed, removed or added', 'a changed row is found');
select is(found('{"auth.sign_ins": 1}'), null, 'a changed row is not found by a check of later seals only');
rollback to whole;
update audit.refusals set times = times + 1 where user_id = 'r3';
select is(found(), 'audit.refusals 2: rows # to # were changed, removed or added', 'a refusal that was counted up after its seal is found');
rollback to whole;
delete from auth.sign_ins where user_id = 'i3';
select is(found(), 'auth.sign_ins 2: rows # to # were changed, removed or added', 'a removed row is found');
rollback to whole;
delete from auth.sign_ins;
select is(found('{"auth.sign_ins": 1}'), 'auth.sign_ins 2: rows # to # were changed, removed or added', 'a journal without its rows is found by a check of later seals');
rollback to whole;
with gone as (delete from auth.sign_ins where user_id = 'i2' returning id)
insert into auth.sign_ins (id, kind, outcome, user_id) overriding system value select g.id, 'mock', 'OPENED', 'i9' from gone as g;
select is(found(), 'auth.sign_ins 1: rows # to # were changed, removed or added', 'a replaced row is found');
rollback to whole;
update audit.seals set row_count = 1, content = sha256('') where journal = 'auth.sign_ins' and number = 1;
select matches(found(), 'auth.sign_ins 1: the seal was changed, or one before it is missing', 'a changed seal is found');
rollback to whole;
delete from audit.seals where journal = 'audit.refusals' and number = 2;
select matches(found(), 'audit.refusals 3: the seal was changed, or one before it is missing', 'a missing seal is found');
rollback to whole;
select is(
  array(select d.journal || d.seal_number || d.problem from audit.find_seal_departures('{auth.sign_ins,audit.refusals}', '{2,9}', array[sha256('x'), sha256('y')]) as d order by 1),
  '{"audit.refusals9was anchored, and is gone","auth.sign_ins2is not the seal that was anchored"}', 'a seal that differs from the anchor, or is gone, is found'
);
select is_empty(
  $$
    select from audit.journal_tips() as t, lateral audit.find_seal_departures(array[t.journal], array[t.number], array[t.digest])
  $$, 'seals that are as anchored are no departure'
);

-- After two years, when an anchor has them.
update audit.refusals set occurred_at = now() - interval '2 years 1 second' where user_id in ('r1', 'r2');
delete from audit.seals where journal = 'audit.refusals';
set local session_replication_role = origin;
alter table audit.refusals enable always trigger tg_refusals__keep_two_years;
alter table audit.refusals enable always trigger tg_refusals__guard;
select audit.seal_journals(2);
select audit.seal_journals(2);
select is(found(), null, 'the journals can be sealed again');
savepoint expired;
select disable_triggers();
update audit.refusals set user_id = 'r9' where user_id = 'r1';
select is(found(), 'audit.refusals 1: rows # to # were changed, removed or added', 'a row that is changed after two years is found');
rollback to expired;
select act_as_server();
select is(auth.sweep(10), 0, 'no refusal is removed before an anchor has its seal');
select act_as_dba();
select set_config('session_authorization', 'casefile_backup', true);
set local transaction_read_only = off;
select is(outcome(format('select audit.record_anchor(%L, 4, sha256(''root''), sha256(''header''), ''{}'', ''{}'')', t)), 'JCFIX', 'no anchor is from the future: ' || t)
from unnest(array['infinity', (clock_timestamp() + interval '1 minute')::text]) as t;
select audit.record_anchor(now(), 4, sha256('root'), sha256('header'), '{audit.refusals}', '{0}');
select act_as_server();
select is(auth.sweep(10), 0, 'no refusal is removed if an anchor has only other seals');
select act_as_dba();
select audit.record_anchor(now(), 4, sha256('root'), sha256('header'), '{audit.refusals,auth.sign_ins}', '{1,0}');
select results_eq(
  'select a.cases, a.journals from audit.anchors as a order by a.id desc limit 1', $$values (4::bigint, '{"auth.sign_ins": 0, "audit.refusals": 1}'::jsonb)$$, 'an anchor records how many cases and which seals it has'
);
select results_eq('select a.actor from audit.anchors as a order by a.id limit 1', $$values ('casefile_backup')$$, 'an anchor records who took it');
select act_as_server();
select is(auth.sweep(1), 1, 'after the anchor, a call removes at most the given number of refusals');
select is(auth.sweep(10), 1, 'the next call removes the rest of the anchored seal');
select is(auth.sweep(10), 0, 'nothing more is removed');
select is(journal('r'), 'r3*1 r4*1 r5*1', 'refusals that are younger than two years stay');
select ok(abs(audit.newest_anchor() - extract(epoch from now())) < 1, 'the server learns when the newest anchor was taken');
select act_as_dba();
select is(found(), null, 'the seals of removed rows stay and have no findings');

select is(outcome(c.name, 'select audit.seal_journals(10)'), '42501', 'this function may not be called by ' || c.name) from callers as c;
select is(outcome(c.name, 'select audit.record_anchor(now(), 0, null, null, null, null)'), '42501', 'this caller may not record an anchor: ' || c.name) from callers as c;

select * from finish();
rollback;
