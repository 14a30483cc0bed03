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
insert into audit.refusals (operation, user_id, user_role, reason, occurred_at)
select 'x', 'r' || n, 'x', 'x', now() - interval '2 minutes 1 second' - (5 - n) * interval '1 hour' from generate_series(1, 5) as n;
insert into audit.refusals (operation, user_id, user_role, reason, occurred_at) values ('x', 'young', 'x', 'x', now() - interval '119 seconds');
insert into auth.sign_ins (kind, outcome, user_id) select 'mock', 'OPENED', 'i' || n from generate_series(1, 3) as n;

select act_as_server();
select is(audit.seal_journals(2), 2, 'at most so many rows of each');
select is(seals('audit.refusals'), '1:2', 'in a seal');
select is(seals('auth.sign_ins'), '1:2', 'of each journal');
select is(audit.seal_journals(2), 2, 'then the next');
select is(seals('auth.sign_ins'), '1:2 2:1', 'which the first is followed by');
select is(audit.seal_journals(2), 1, 'then the rest');
select is(seals('audit.refusals'), '1:2 2:2 3:1', 'without the one that may be counted on');
select is(audit.seal_journals(2), 0, 'then none');
select is(audit.seal_journals(1000), 0, 'for good');
select is_empty('select 1 where seals(''audit.restores'') is not null', 'nothing for a journal without rows');

select act_as_dba();
select is_empty(
  $$
    select j from unnest(enum_range(null::audit.journal)) as j
    where not exists (
      select from pg_locks as l where l.pid = pg_backend_pid() and l.relation = j::text::regclass and l.mode = 'ShareRowExclusiveLock'
    )
  $$, 'nobody writes a journal meanwhile'
);
select is_empty('select audit.find_broken_seals()', 'as it was sealed');
set local role casefile_owner;
select is_empty('select audit.find_broken_seals()', 'as the owner sees it, too');
reset role;
select results_eq(
  'select t.journal, t.number from audit.journal_tips() as t where t.journal in (''audit.refusals'', ''auth.sign_ins'') order by 1',
  $$values ('audit.refusals', 3::bigint), ('auth.sign_ins', 2)$$, 'the tips'
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
select is(found(), 'auth.sign_ins 1: rows # to # were changed, removed or added', 'a row that was changed');
select is(found('{"auth.sign_ins": 1}'), null, 'is not looked at among later ones');
rollback to whole;
update audit.refusals set times = times + 1 where user_id = 'r3';
select is(found(), 'audit.refusals 2: rows # to # were changed, removed or added', 'one that was counted on');
rollback to whole;
delete from auth.sign_ins where user_id = 'i3';
select is(found(), 'auth.sign_ins 2: rows # to # were changed, removed or added', 'one that was removed');
rollback to whole;
delete from auth.sign_ins;
select is(found('{"auth.sign_ins": 1}'), 'auth.sign_ins 2: rows # to # were changed, removed or added', 'all of them, among later ones');
rollback to whole;
with gone as (delete from auth.sign_ins where user_id = 'i2' returning id)
insert into auth.sign_ins (id, kind, outcome, user_id) overriding system value select g.id, 'mock', 'OPENED', 'i9' from gone as g;
select is(found(), 'auth.sign_ins 1: rows # to # were changed, removed or added', 'one that was put in its place');
rollback to whole;
update audit.seals set row_count = 1, content = sha256('') where journal = 'auth.sign_ins' and number = 1;
select matches(found(), 'auth.sign_ins 1: the seal was changed, or one before it is missing', 'a seal that was changed');
rollback to whole;
delete from audit.seals where journal = 'audit.refusals' and number = 2;
select matches(found(), 'audit.refusals 3: the seal was changed, or one before it is missing', 'one that is missing');
rollback to whole;
select is(
  array(select d.journal || d.seal_number || d.problem from audit.find_seal_departures('{auth.sign_ins,audit.refusals}', '{2,9}', array[sha256('x'), sha256('y')]) as d order by 1),
  '{"audit.refusals9was anchored, and is gone","auth.sign_ins2is not the seal that was anchored"}', 'findings of an anchor'
);
select is_empty(
  $$
    select from audit.journal_tips() as t, lateral audit.find_seal_departures(array[t.journal], array[t.number], array[t.digest])
  $$, 'nothing without departures'
);

-- After two years, when an anchor has them.
update audit.refusals set occurred_at = now() - interval '2 years 1 second' where user_id in ('r1', 'r2');
delete from audit.seals where journal = 'audit.refusals';
set local session_replication_role = origin;
alter table audit.refusals enable always trigger tg_refusals__keep_two_years;
alter table audit.refusals enable always trigger tg_refusals__guard;
select audit.seal_journals(2);
select audit.seal_journals(2);
select is(found(), null, 'sealed anew');
savepoint expired;
select disable_triggers();
update audit.refusals set user_id = 'r9' where user_id = 'r1';
select is(found(), 'audit.refusals 1: rows # to # were changed, removed or added', 'after two years, too, a row cannot be changed');
rollback to expired;
select act_as_server();
select is(auth.sweep(10), 0, 'none goes before an anchor has it');
select act_as_dba();
select set_config('session_authorization', 'casefile_backup', true);
set local transaction_read_only = off;
select is(outcome(format('select audit.record_anchor(%L, 4, sha256(''root''), sha256(''header''), ''{}'', ''{}'')', t)), 'JCFIX', 'no anchor is from the future: ' || t)
from unnest(array['infinity', (clock_timestamp() + interval '1 minute')::text]) as t;
select audit.record_anchor(now(), 4, sha256('root'), sha256('header'), '{audit.refusals}', '{0}');
select act_as_server();
select is(auth.sweep(10), 0, 'nor when it has others');
select act_as_dba();
select audit.record_anchor(now(), 4, sha256('root'), sha256('header'), '{audit.refusals,auth.sign_ins}', '{1,0}');
select results_eq(
  'select a.cases, a.journals from audit.anchors as a order by a.id desc limit 1', $$values (4::bigint, '{"auth.sign_ins": 0, "audit.refusals": 1}'::jsonb)$$, 'its contents'
);
select results_eq('select a.actor from audit.anchors as a order by a.id limit 1', $$values ('casefile_backup')$$, 'and who says so');
select act_as_server();
select is(auth.sweep(1), 1, 'then they go, at most so many');
select is(auth.sweep(10), 1, 'and all of the seal');
select is(auth.sweep(10), 0, 'and no more');
select is(journal('r'), 'r3*1 r4*1 r5*1', 'not those that are younger');
select ok(abs(audit.newest_anchor() - extract(epoch from now())) < 1, 'the server learns when the newest anchor was taken');
select act_as_dba();
select is(found(), null, 'the seals stay, and fit');

select is(outcome(c.name, 'select audit.seal_journals(10)'), '42501', 'not for ' || c.name) from callers as c;
select is(outcome(c.name, 'select audit.record_anchor(now(), 0, null, null, null, null)'), '42501', 'nor the anchors: ' || c.name) from callers as c;

select * from finish();
rollback;
